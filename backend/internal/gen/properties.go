package gen

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// schema is that of Aim 3.15 to 3.29.
const schema = `
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE TABLE experiment (id INTEGER NOT NULL, uuid TEXT, name TEXT NOT NULL, created_at DATETIME, updated_at DATETIME,
  is_archived BOOLEAN, description TEXT, PRIMARY KEY (id), UNIQUE (name));
CREATE UNIQUE INDEX ix_experiment_uuid ON experiment (uuid);
CREATE TABLE tag (id INTEGER NOT NULL, uuid TEXT, name TEXT NOT NULL, color TEXT, created_at DATETIME, updated_at DATETIME,
  is_archived BOOLEAN, description TEXT, PRIMARY KEY (id), UNIQUE (name));
CREATE UNIQUE INDEX ix_tag_uuid ON tag (uuid);
CREATE TABLE run (id INTEGER NOT NULL, hash TEXT NOT NULL, name TEXT, description TEXT, is_archived BOOLEAN, created_at DATETIME,
  updated_at DATETIME, experiment_id INTEGER, finalized_at DATETIME, PRIMARY KEY (id), FOREIGN KEY(experiment_id) REFERENCES experiment (id));
CREATE UNIQUE INDEX ix_run_hash ON run (hash);
CREATE TABLE run_tag (run_id INTEGER NOT NULL, tag_id INTEGER NOT NULL, PRIMARY KEY (run_id, tag_id),
  FOREIGN KEY(run_id) REFERENCES run (id), FOREIGN KEY(tag_id) REFERENCES tag (id));
CREATE TABLE note (id INTEGER NOT NULL, content TEXT NOT NULL, run_id INTEGER, created_at DATETIME, updated_at DATETIME,
  experiment_id INTEGER, PRIMARY KEY (id), FOREIGN KEY(experiment_id) REFERENCES experiment (id), FOREIGN KEY(run_id) REFERENCES run (id));
CREATE TABLE note_audit_log (id INTEGER NOT NULL, note_id INTEGER NOT NULL, datetime DATETIME, action TEXT, before_edit TEXT,
  after_edit TEXT, PRIMARY KEY (id), FOREIGN KEY(note_id) REFERENCES note (id) ON DELETE CASCADE);
CREATE TABLE run_info (id INTEGER NOT NULL, run_id INTEGER, created_at DATETIME, updated_at DATETIME, last_notification_index INTEGER,
  PRIMARY KEY (id), FOREIGN KEY(run_id) REFERENCES run (id));
INSERT INTO alembic_version VALUES ('46b89d830ad8');`

// stamp is a time as SQLAlchemy stores it: UTC, microseconds.
func stamp(seconds float64) string {
	return time.UnixMicro(int64(math.Round(seconds * 1e6))).UTC().Format("2006-01-02 15:04:05.000000")
}

// writeProperties writes run_metadata.sqlite.
func (c *Config) writeProperties(ctx context.Context, path string) (err error) {
	db, err := sql.Open("sqlite", path+"?_pragma=synchronous(0)&_pragma=journal_mode(memory)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := c.insert(ctx, tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (c *Config) insert(ctx context.Context, tx *sql.Tx) error {
	experiments := map[string]int{}
	at := stamp(epoch0)
	for i := range 2 * c.Tags {
		if _, err := tx.ExecContext(ctx, `INSERT INTO tag (id, uuid, name, created_at, updated_at, is_archived) VALUES (?,?,?,?,?,0)`,
			i+1, fmt.Sprintf("00000000-0000-4000-8000-1%011x", i), tagName(i), at, at); err != nil {
			return err
		}
	}
	tags := map[string]int{}
	for i := range 2 * c.Tags {
		tags[tagName(i)] = i + 1
	}
	runs, err := tx.PrepareContext(ctx, `INSERT INTO run (id, hash, name, is_archived, created_at, updated_at, experiment_id) VALUES (?,?,?,?,?,?,?)`)
	if err != nil {
		return err
	}
	runTags, err := tx.PrepareContext(ctx, `INSERT INTO run_tag (run_id, tag_id) VALUES (?,?)`)
	if err != nil {
		return err
	}
	for i := range c.Count() {
		r := c.Run(i)
		created := stamp(r.Created)
		id, have := experiments[r.Experiment]
		if !have {
			id = len(experiments) + 1
			experiments[r.Experiment] = id
			if _, err := tx.ExecContext(ctx, `INSERT INTO experiment (id, uuid, name, created_at, updated_at, is_archived) VALUES (?,?,?,?,?,0)`,
				id, fmt.Sprintf("00000000-0000-4000-8000-2%011x", id), r.Experiment, created, created); err != nil {
				return err
			}
		}
		if _, err := runs.ExecContext(ctx, i+1, r.Hash, r.Name, r.Archived, created, created, id); err != nil {
			return err
		}
		for _, t := range r.Tags {
			if _, err := runTags.ExecContext(ctx, i+1, tags[t]); err != nil {
				return err
			}
		}
	}
	return nil
}
