//go:build desktop || bindings

package main

import (
	"context"
	"fmt"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"aimdesk/backend/desk"
	"aimdesk/backend/settings"
	"aimdesk/backend/shell/notify"
	"aimdesk/backend/shell/tray"
)

// trayDelay gathers changes before the tray is told.
const trayDelay = 250 * time.Millisecond

// shellSeam joins the desk to the tray and to notifications.
type shellSeam struct {
	w       *window
	tray    tray.Tray
	notify  *notify.Notifier
	changed chan struct{}
	focused atomic.Bool
	hidden  atomic.Bool
}

func newShellSeam(w *window) *shellSeam {
	s := &shellSeam{w: w, changed: make(chan struct{}, 1)}
	s.tray = tray.New(tray.Config{
		Open:           s.open,
		OpenRepository: func(string) { s.open() },
		OpenRun:        func(repository, hash string) { s.openTarget(repository + "/" + hash) },
		Pause:          func() { s.say(w.desk.PauseIndexer(0)) },
		Resume:         func() { s.say(w.desk.ResumeIndexer()) },
		ReindexAll:     s.reindexAll,
		Quit:           w.quit,
		HostChanged: func(present bool) {
			if !present && s.hidden.Load() {
				s.open() // without an icon there is no other way back
			}
		},
	})
	s.notify = notify.New(notify.Config{
		Sender:  sender(w),
		Enabled: s.enabled,
		Focused: s.focused.Load,
		Clicked: s.openTarget,
		Failed:  func(err error) { w.log.Debug("notify", "error", err) },
	})
	return s
}

// sender shows notifications the way of this system.
func sender(w *window) notify.Sender {
	if goruntime.GOOS == "linux" {
		return notify.NewDBus()
	}
	return notify.SenderFunc(func(_ context.Context, m notify.Message, _ func()) error {
		ctx, ok := w.host.window()
		if !ok {
			return errNoWindow
		}
		if err := runtime.InitializeNotifications(ctx); err != nil {
			return err
		}
		return runtime.SendNotification(ctx, runtime.NotificationOptions{ID: m.ID, Title: m.Title, Body: m.Body})
	})
}

// start shows the icon; without a place for one the program goes on without.
func (s *shellSeam) start() {
	s.w.serving.Go(func() {
		if err := s.tray.Start(); err != nil {
			s.w.log.Debug("start tray", "error", err)
		}
	})
	s.w.serving.Go(s.feedTray)
	s.w.serving.Go(func() {
		if err := s.notify.Serve(s.w.ctx); err != nil && s.w.ctx.Err() == nil {
			s.w.log.Warn("serve notifications", "error", err)
		}
	})
}

// event hears what the desk tells the page.
func (s *shellSeam) event(e desk.Event) {
	switch e.Type {
	case "index", "runs", "repositories", "settings", "notice":
		select {
		case s.changed <- struct{}{}:
		default: // a change is waiting already
		}
	}
}

// happened turns what happened into a notification.
func (s *shellSeam) happened(h desk.Happening) {
	kinds := map[string]notify.Kind{desk.RunCrashed: notify.Crashed, desk.RunUnreadable: notify.Unreadable, desk.Reindexed: notify.Reindexed}
	s.notify.Notify(notify.Event{Kind: kinds[h.Kind], Repository: h.Name, Subject: h.Subject, Target: h.Repository + "/" + h.Hash})
}

func (s *shellSeam) enabled(k notify.Kind) bool {
	set := s.w.settings.Get()
	switch k {
	case notify.Crashed:
		return set.NotifyCrashed
	case notify.Unreadable:
		return set.NotifyUnreadable
	default:
		return set.NotifyReindexed
	}
}

// feedTray tells the tray of changes, not too often.
func (s *shellSeam) feedTray() {
	for {
		s.tray.Update(trayState(s.w.desk))
		select {
		case <-s.w.ctx.Done():
			return
		case <-s.changed:
		}
		select {
		case <-s.w.ctx.Done():
			return
		case <-time.After(trayDelay):
		}
	}
}

// trayState is what the tray shows of the desk.
func trayState(d *desk.Desk) tray.State {
	st := tray.State{Phase: tray.Idle, Percent: -1}
	done, total := 0, 0
	for _, r := range d.Repositories() {
		i := r.Index
		st.Repositories = append(st.Repositories, tray.Repository{ID: r.ID, Name: r.Name, Status: repositoryStatus(i)})
		switch i.Phase {
		case "metadata", "series", "reindex":
			st.Phase = max(st.Phase, tray.Indexing)
			done, total = done+i.Done, total+i.Total
		case "paused":
			st.Phase, st.Paused = max(st.Phase, tray.Paused), true
		case "failed", "offline":
			st.Phase, st.Note = tray.Attention, r.Name+": "+i.Phase
		}
	}
	if total > 0 {
		st.Percent = 100 * done / total
	}
	for _, r := range d.LiveRuns() {
		st.Live = append(st.Live, tray.Run{Repository: r.Repository, Hash: r.Hash, Name: r.Name})
	}
	return st
}

func repositoryStatus(i desk.IndexStatus) string {
	parts := []string{fmt.Sprintf("%d runs", i.Counts.Total)}
	if n := i.Counts.Live; n > 0 {
		parts = append(parts, fmt.Sprintf("%d live", n))
	}
	if n := i.Counts.Unreadable; n > 0 {
		parts = append(parts, fmt.Sprintf("%d unreadable", n))
	}
	if i.Phase != "idle" {
		parts = append(parts, i.Phase)
	}
	return strings.Join(parts, " · ")
}

func (s *shellSeam) say(err error) {
	if err != nil {
		s.w.desk.Notice(desk.AsError(err))
	}
}

func (s *shellSeam) reindexAll() {
	for _, r := range s.w.desk.Repositories() {
		_, err := s.w.desk.ReindexAll(r.ID)
		s.say(err)
	}
}

// open brings the window back, to where it was.
func (s *shellSeam) open() {
	was := s.hidden.Swap(false)
	s.w.host.show()
	if ctx, ok := s.w.host.window(); ok && was {
		// Window managers place a window anew when it is shown again.
		if p := s.w.settings.Get().Window; p.W > 0 && !p.Maximised {
			runtime.WindowSetPosition(ctx, p.X, p.Y)
		}
	}
}

// openTarget shows a run, or the report of a repository.
func (s *shellSeam) openTarget(target string) {
	s.open()
	repository, hash, _ := strings.Cut(target, "/")
	if hash == "" {
		s.w.desk.Command("view.index")
		return
	}
	s.w.desk.ShowRun(repository, hash)
}

// hide keeps the program running without its window, if a person wants that
// and there is an icon to come back by. The first time it says so.
func (s *shellSeam) hide(ctx context.Context) bool {
	set := s.w.settings.Get()
	if !set.CloseToTray || !s.tray.HostPresent() {
		return false
	}
	if !set.CloseExplained {
		_, err := runtime.MessageDialog(ctx, runtime.MessageDialogOptions{
			Type: runtime.InfoDialog, Title: "Aimdesk keeps running",
			Message: "The window closes, and Aimdesk goes on following your runs from its icon beside the clock. Quit ends it; Settings can change this.",
		})
		s.say(err)
		s.say(s.w.settings.Update(func(c *settings.Settings) { c.CloseExplained = true }))
	}
	s.hidden.Store(true)
	runtime.WindowHide(ctx)
	return true
}
