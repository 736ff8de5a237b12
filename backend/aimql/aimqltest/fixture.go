package aimqltest

import (
	"encoding/json"
	"fmt"
	"os"

	"aimdesk/backend/aimql"
)

// Recorded is one query with the answer of real Aim: sorted run hashes, or
// [run, name, context] triples, or the class of the error.
type Recorded struct {
	Kind   string          `json:"kind"`
	Query  string          `json:"query"`
	Result json.RawMessage `json:"result"`
	Error  string          `json:"error"`
}

type fixtureFile struct {
	Runs []struct {
		Hash         string          `json:"hash"`
		Name         json.RawMessage `json:"name"`
		Description  json.RawMessage `json:"description"`
		Experiment   json.RawMessage `json:"experiment"`
		Archived     json.RawMessage `json:"archived"`
		Tags         json.RawMessage `json:"tags"`
		CreationTime json.RawMessage `json:"creation_time"`
		UpdatedAt    json.RawMessage `json:"updated_at"`
		EndTime      json.RawMessage `json:"end_time"`
		Params       json.RawMessage `json:"params"`
		Notes        json.RawMessage `json:"notes"`
		Metrics      []struct {
			Name     string            `json:"name"`
			Context  json.RawMessage   `json:"context"`
			LastStep json.RawMessage   `json:"last_step"`
			Values   []json.RawMessage `json:"values"`
			Count    int               `json:"count"`
		} `json:"metrics"`
		Sequences []struct {
			Kind    string          `json:"kind"`
			Name    string          `json:"name"`
			Context json.RawMessage `json:"context"`
		} `json:"sequences"`
		Traces []struct {
			Kind      string                     `json:"kind"`
			Name      string                     `json:"name"`
			Context   json.RawMessage            `json:"context"`
			ContextID int64                      `json:"context_id"`
			Fields    map[string]json.RawMessage `json:"fields"`
		} `json:"traces"`
	} `json:"runs"`
	Queries []Recorded `json:"queries"`
}

var kindNames = map[string]aimql.Kind{
	"run": aimql.Runs, "metric": aimql.Metrics, "images": aimql.Images, "texts": aimql.Texts, "audios": aimql.Audios,
	"distributions": aimql.Distributions, "figures": aimql.Figures,
}

// KindNamed is the kind of a line of a query file.
func KindNamed(s string) (aimql.Kind, bool) {
	k, ok := kindNames[s]
	return k, ok
}

// Load reads the JSON description of a repository, and the queries recorded
// with it. Where the file lists trace entries these are the fields of the
// sequences; otherwise they are derived from the listed series.
func Load(path string) (*Repository, []Recorded, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read fixture: %w", err)
	}
	var f fixtureFile
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, nil, fmt.Errorf("read fixture %s: %w", path, err)
	}
	repo := &Repository{}
	for _, r := range f.Runs {
		run := &Run{ID: r.Hash, Params: aimql.Dict(), Properties: map[aimql.Property]aimql.Value{aimql.PropHash: aimql.Str(r.Hash)}}
		for p, raw := range map[aimql.Property]json.RawMessage{
			aimql.PropName: r.Name, aimql.PropDescription: r.Description, aimql.PropExperiment: r.Experiment, aimql.PropArchived: r.Archived,
			aimql.PropTags: r.Tags, aimql.PropCreationTime: r.CreationTime, aimql.PropUpdatedAt: r.UpdatedAt, aimql.PropEndTime: r.EndTime,
			aimql.PropNotes: r.Notes,
		} {
			if raw == nil {
				continue
			}
			v, err := Decode(raw)
			if err != nil {
				return nil, nil, fmt.Errorf("read run %s: %w", r.Hash, err)
			}
			if p == aimql.PropExperiment && v.Kind() == aimql.KindNone {
				continue
			}
			run.Properties[p] = v
		}
		if r.Params != nil {
			if run.Params, err = Decode(r.Params); err != nil {
				return nil, nil, fmt.Errorf("read params of %s: %w", r.Hash, err)
			}
		}
		add := func(kind, name string, context json.RawMessage, id int64, fields map[string]json.RawMessage) error {
			ctx, err := Decode(context)
			if err != nil {
				return fmt.Errorf("read context of %s: %w", name, err)
			}
			k, ok := kindNames[kind]
			if !ok {
				k = aimql.Kind(255) // logs and other sequences no query searches
			}
			s := &Sequence{Kind: k, ID: name, Ctx: ctx, ContextID: id, ContextKey: ContextKey(ctx), Fields: map[string]aimql.Value{}}
			for n, raw := range fields {
				if s.Fields[n], err = Decode(raw); err != nil {
					return fmt.Errorf("read field %s of %s: %w", n, name, err)
				}
			}
			run.Sequences = append(run.Sequences, s)
			return nil
		}
		if r.Traces != nil {
			for _, t := range r.Traces {
				if err := add(t.Kind, t.Name, t.Context, t.ContextID, t.Fields); err != nil {
					return nil, nil, err
				}
			}
		} else {
			for _, m := range r.Metrics {
				fields := map[string]json.RawMessage{"last_step": m.LastStep}
				if n := len(m.Values); n > 0 {
					fields["first"], fields["last"] = m.Values[0], m.Values[n-1]
				}
				if err := add("metric", m.Name, m.Context, 0, fields); err != nil {
					return nil, nil, err
				}
			}
			for _, s := range r.Sequences {
				if err := add(s.Kind, s.Name, s.Context, 0, nil); err != nil {
					return nil, nil, err
				}
			}
		}
		repo.Runs = append(repo.Runs, run)
	}
	return repo, f.Queries, nil
}
