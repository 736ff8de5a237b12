//go:build desktop || bindings

package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"aimdesk/backend/desk"
)

// App is what the page can call: one method a use case, each handing over to
// the desk. Every exported method is callable from the page, so the list is a
// golden test. Calls arrive concurrently and cannot be cancelled; long work
// answers a job id.
type App struct {
	ctx  context.Context // lives as long as the program; not the window's
	desk *desk.Desk
	host *host
	// focus is whether the page has the focus: notifications are kept back then.
	focus *atomic.Bool
}

// call runs one use case and turns a panic into an error: a panic would leave
// the page's promise pending for ever.
func call[T any](f func() (T, error)) (out T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &desk.Error{
				Kind: desk.KindInternal, Message: fmt.Sprintf("Aimdesk failed inside: %v", r),
				Hint: "Copy the details into a report; nothing was changed.", File: string(debug.Stack()),
			}
		}
	}()
	return f()
}

// do is call for use cases without an answer.
func do(f func() error) error {
	_, err := call(func() (struct{}, error) { return struct{}{}, f() })
	return err
}

// Bootstrap answers what the page needs to draw itself for the first time.
func (a *App) Bootstrap() (desk.Bootstrap, error) {
	return call(func() (desk.Bootstrap, error) { return a.desk.Bootstrap(a.ctx) })
}

// ChooseFolder shows the system's folder dialog; "" when it was cancelled.
func (a *App) ChooseFolder() (string, error) { return call(a.host.chooseFolder) }

// OpenRepository opens the repository at or above path.
func (a *App) OpenRepository(path string) (desk.Repository, error) {
	return call(func() (desk.Repository, error) { return a.desk.OpenRepository(a.ctx, path) })
}

// OpenSample opens a small sample repository.
func (a *App) OpenSample() (desk.Repository, error) {
	return call(func() (desk.Repository, error) { return a.desk.OpenSample(a.ctx) })
}

// CloseRepository closes an open repository; its index stays.
func (a *App) CloseRepository(id string) error {
	return do(func() error { return a.desk.CloseRepository(id) })
}

// Recents lists repositories that were opened before, newest first.
func (a *App) Recents() ([]desk.Recent, error) {
	return call(func() ([]desk.Recent, error) { return a.desk.Recents(), nil })
}

// ForgetRecent takes a path off the list of recents.
func (a *App) ForgetRecent(path string) error {
	return do(func() error { return a.desk.ForgetRecent(path) })
}

// SearchBelow lists repositories below a folder, a bounded number of them.
func (a *App) SearchBelow(path string) ([]string, error) {
	return call(func() ([]string, error) { return a.desk.SearchBelow(a.ctx, path) })
}

// Columns lists the columns that the runs of some repositories can have.
func (a *App) Columns(repositories []string) ([]desk.ColumnInfo, error) {
	return call(func() ([]desk.ColumnInfo, error) { return a.desk.Columns(a.ctx, repositories) })
}

// Values lists the values that a column has, the most frequent first.
func (a *App) Values(repositories []string, column string) ([]desk.ValueCount, error) {
	return call(func() ([]desk.ValueCount, error) { return a.desk.Values(a.ctx, repositories, column) })
}

// Runs answers a query with an ordered view, kept until newer ones replace it.
func (a *App) Runs(request desk.RunsRequest) (desk.RunsView, error) {
	return call(func() (desk.RunsView, error) { return a.desk.Runs(a.ctx, request) })
}

// Rows answers some rows of a view.
func (a *App) Rows(request desk.RowsRequest) ([]desk.RunRow, error) {
	return call(func() ([]desk.RunRow, error) { return a.desk.Rows(a.ctx, request) })
}

// ViewHashes lists the runs of a view in its order.
func (a *App) ViewHashes(view string) ([]desk.RunRef, error) {
	return call(func() ([]desk.RunRef, error) { return a.desk.ViewHashes(view) })
}

// Run answers everything about one run.
func (a *App) Run(repository, hash string) (desk.RunDetail, error) {
	return call(func() (desk.RunDetail, error) { return a.desk.Run(a.ctx, repository, hash) })
}

// Logs answers count lines of a run's terminal log from line from.
func (a *App) Logs(repository, hash string, from, count int) (desk.LogPage, error) {
	return call(func() (desk.LogPage, error) { return a.desk.Logs(a.ctx, repository, hash, from, count) })
}

// Metrics lists the metrics of runs.
func (a *App) Metrics(request desk.MetricsRequest) ([]desk.MetricInfo, error) {
	return call(func() ([]desk.MetricInfo, error) { return a.desk.Metrics(a.ctx, request) })
}

// IndexStatus answers what the indexer of a repository is doing.
func (a *App) IndexStatus(repository string) (desk.IndexStatus, error) {
	return call(func() (desk.IndexStatus, error) { return a.desk.IndexStatus(repository) })
}

// ReindexAll starts to rebuild the index of a repository and answers a job id.
// The old index answers until the new one is complete.
func (a *App) ReindexAll(repository string) (string, error) {
	return call(func() (string, error) { return a.desk.ReindexAll(repository) })
}

// CancelJob ends a job; what it had not finished is dropped.
func (a *App) CancelJob(job string) error { return do(func() error { return a.desk.CancelJob(job) }) }

// PauseIndexer stops background indexing for some seconds, or with 0 until
// the program starts again.
func (a *App) PauseIndexer(seconds float64) error {
	return do(func() error { return a.desk.PauseIndexer(seconds) })
}

// ResumeIndexer ends a pause.
func (a *App) ResumeIndexer() error { return do(a.desk.ResumeIndexer) }

// SaveSettings stores settings and answers them as they are in force.
func (a *App) SaveSettings(settings desk.Settings) (desk.Settings, error) {
	return call(func() (desk.Settings, error) { return a.desk.SaveSettings(settings) })
}

// SaveViewState stores the page's own state, an opaque text.
func (a *App) SaveViewState(state string) error {
	return do(func() error { return a.desk.SaveViewState(state) })
}

// SaveFile asks where to save, then writes; "" when cancelled. Content is base64.
func (a *App) SaveFile(name, content string) (string, error) {
	return call(func() (string, error) {
		data, err := base64.StdEncoding.DecodeString(content)
		if err != nil {
			return "", &desk.Error{Kind: desk.KindInvalid, Message: "The file's content did not arrive whole", Hint: "Try again."}
		}
		return a.host.saveFile(name, data)
	})
}

// OpenExternal opens an http or https address in the system's browser.
func (a *App) OpenExternal(url string) error {
	return do(func() error { return a.host.openExternal(url) })
}

// CopyText puts text on the clipboard.
func (a *App) CopyText(text string) error { return do(func() error { return a.host.copyText(text) }) }

// EventsSince lists the events after seq that are still known.
func (a *App) EventsSince(seq uint64) ([]desk.Event, error) {
	return call(func() ([]desk.Event, error) { return a.desk.EventsSince(seq), nil })
}

// PageReady tells that rows of a table are on screen.
func (a *App) PageReady(rows int) error { return do(func() error { return a.host.pageReady(rows) }) }

// PageFocus tells whether the window is what the person looks at.
func (a *App) PageFocus(focused bool) error {
	return do(func() error {
		a.focus.Store(focused)
		return nil
	})
}
