package structured

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite"
)

// limitLength is SQLITE_LIMIT_LENGTH.
const limitLength = 0

// query reads all tables of the database that uri names.
func query(ctx context.Context, uri string) (runs map[string]Properties, err error) {
	db, err := sql.Open("sqlite", uri)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := sqlite.Limit(conn, limitLength, maxValue); err != nil {
		return nil, fmt.Errorf("limit values: %w", err)
	}
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	d := &database{ctx: ctx, tx: tx}
	if err := d.readSchema(); err != nil {
		return nil, err
	}
	return d.runs()
}

// database reads the tables of one transaction.
type database struct {
	ctx     context.Context
	tx      *sql.Tx
	columns map[string][]string // of each plain table
}

// tables are those that are read.
var tables = [...]string{"run", "experiment", "tag", "run_tag", "note"}

// readSchema learns which columns the plain tables have. Views and virtual
// tables are not looked at: they could do anything.
func (d *database) readSchema() error {
	d.columns = map[string][]string{}
	for _, table := range tables {
		var plain bool
		err := d.tx.QueryRowContext(d.ctx, "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = ? AND rootpage > 0", table).Scan(&plain)
		if err != nil {
			return fmt.Errorf("read schema: %w", err)
		}
		if !plain {
			continue
		}
		rows, err := d.tx.QueryContext(d.ctx, "SELECT name FROM pragma_table_info(?)", table)
		if err != nil {
			return fmt.Errorf("read schema: %w", err)
		}
		if d.columns[table], err = scanAll(rows, func(rows *sql.Rows) (name string, err error) {
			return name, rows.Scan(&name)
		}); err != nil {
			return fmt.Errorf("read schema: %w", err)
		}
	}
	return nil
}

// column is a wanted column with the type that its values are cast to, which
// also keeps the driver from guessing at dates and booleans.
type column struct{ name, cast string }

// selectFrom reads columns of a table, NULL for those that it does not have.
// A table that is not there has no rows.
func selectFrom[T any](d *database, table string, columns []column, row func(*sql.Rows) (T, error)) ([]T, error) {
	have, ok := d.columns[table]
	if !ok {
		return nil, nil
	}
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = "NULL"
		if slices.Contains(have, c.name) {
			parts[i] = fmt.Sprintf("CAST(%q AS %s)", c.name, c.cast)
		}
	}
	rows, err := d.tx.QueryContext(d.ctx, fmt.Sprintf("SELECT %s FROM %q", strings.Join(parts, ", "), table))
	if err != nil {
		return nil, fmt.Errorf("read table %s: %w", table, err)
	}
	got, err := scanAll(rows, row)
	if err != nil {
		return nil, fmt.Errorf("read table %s: %w", table, err)
	}
	return got, nil
}

func scanAll[T any](rows *sql.Rows, row func(*sql.Rows) (T, error)) (all []T, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := row(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

const (
	asText = "TEXT"
	asInt  = "INTEGER"
)

// runs reads all tables and joins them. The file does not enforce its foreign
// keys, so that rows of deleted runs remain; they join whatever has taken their
// number, as in Aim.
func (d *database) runs() (map[string]Properties, error) {
	experiments, err := d.names("experiment", false)
	if err != nil {
		return nil, err
	}
	tags, err := d.tags()
	if err != nil {
		return nil, err
	}
	notes, err := d.notes()
	if err != nil {
		return nil, err
	}
	type runRow struct {
		id, experiment, archived                             sql.NullInt64
		hash, name, description, created, updated, finalized sql.NullString
	}
	rows, err := selectFrom(d, "run", []column{
		{"id", asInt}, {"hash", asText}, {"name", asText}, {"description", asText}, {"is_archived", asInt},
		{"created_at", asText}, {"updated_at", asText}, {"finalized_at", asText}, {"experiment_id", asInt},
	}, func(rows *sql.Rows) (r runRow, err error) {
		return r, rows.Scan(&r.id, &r.hash, &r.name, &r.description, &r.archived, &r.created, &r.updated, &r.finalized, &r.experiment)
	})
	if err != nil {
		return nil, err
	}
	all := make(map[string]Properties, len(rows))
	for _, r := range rows {
		if !r.hash.Valid || r.hash.String == "" {
			continue
		}
		p := Properties{
			Hash: r.hash.String, Name: text(r.name), Description: text(r.description),
			CreationTime: unixTime(r.created), UpdatedAt: unixTime(r.updated), FinalizedAt: unixTime(r.finalized),
		}
		if r.archived.Valid {
			archived := r.archived.Int64 != 0
			p.Archived = &archived
		}
		if r.experiment.Valid {
			p.Experiment = experiments[r.experiment.Int64]
		}
		if r.id.Valid {
			p.Tags, p.Notes = tags[r.id.Int64], notes[r.id.Int64]
		}
		all[p.Hash] = p
	}
	return all, nil
}

// names returns the names of a table's rows by their id, perhaps without those
// that are archived.
func (d *database) names(table string, hideArchived bool) (map[int64]*string, error) {
	type row struct {
		id, archived sql.NullInt64
		name         sql.NullString
	}
	rows, err := selectFrom(d, table, []column{{"id", asInt}, {"name", asText}, {"is_archived", asInt}},
		func(rows *sql.Rows) (r row, err error) { return r, rows.Scan(&r.id, &r.name, &r.archived) })
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]*string, len(rows))
	for _, r := range rows {
		hidden := hideArchived && r.archived.Int64 != 0
		if r.id.Valid && r.name.Valid && !hidden {
			byID[r.id.Int64] = text(r.name)
		}
	}
	return byID, nil
}

// tags returns the names of the tags of each run, by the run's id.
func (d *database) tags() (map[int64][]string, error) {
	names, err := d.names("tag", true)
	if err != nil {
		return nil, err
	}
	type link struct{ run, tag sql.NullInt64 }
	links, err := selectFrom(d, "run_tag", []column{{"run_id", asInt}, {"tag_id", asInt}},
		func(rows *sql.Rows) (l link, err error) { return l, rows.Scan(&l.run, &l.tag) })
	if err != nil {
		return nil, err
	}
	ids := map[int64][]int64{}
	for _, l := range links {
		if l.run.Valid && l.tag.Valid && names[l.tag.Int64] != nil {
			ids[l.run.Int64] = append(ids[l.run.Int64], l.tag.Int64)
		}
	}
	byRun := make(map[int64][]string, len(ids))
	for run, tags := range ids {
		slices.Sort(tags)
		list := make([]string, len(tags))
		for i, tag := range tags {
			list[i] = *names[tag]
		}
		byRun[run] = list
	}
	return byRun, nil
}

// notes returns the notes of each run, by the run's id.
func (d *database) notes() (map[int64][]Note, error) {
	type row struct {
		id, run                   sql.NullInt64
		content, created, updated sql.NullString
	}
	rows, err := selectFrom(d, "note", []column{
		{"id", asInt}, {"run_id", asInt}, {"content", asText}, {"created_at", asText}, {"updated_at", asText},
	}, func(rows *sql.Rows) (r row, err error) {
		return r, rows.Scan(&r.id, &r.run, &r.content, &r.created, &r.updated)
	})
	if err != nil {
		return nil, err
	}
	byRun := map[int64][]Note{}
	for _, r := range rows {
		if r.run.Valid {
			n := Note{ID: r.id.Int64, Content: r.content.String, Created: unixTime(r.created), Updated: unixTime(r.updated)}
			byRun[r.run.Int64] = append(byRun[r.run.Int64], n)
		}
	}
	return byRun, nil
}

func text(s sql.NullString) *string {
	if !s.Valid {
		return nil
	}
	clean := strings.ToValidUTF8(s.String, "\ufffd")
	return &clean
}

// timeLayouts are how times are written: with and without a fraction.
var timeLayouts = [...]string{"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02"}

// unixTime converts naive UTC text to unix seconds, to the microsecond, as
// Python's timestamp() does; nil if it is not a time.
func unixTime(s sql.NullString) *float64 {
	if !s.Valid {
		return nil
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s.String); err == nil {
			seconds := float64(t.UnixMicro()) / 1e6
			return &seconds
		}
	}
	return nil
}
