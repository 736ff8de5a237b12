package aimqltest

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"aimdesk/backend/aimql"
)

// Script runs the commands of a script: it holds the repository they describe.
//
//	repository          the lines below describe runs:
//	                      run A            begins a run, whose hash is A
//	                      name = "alpha"   a property: name, description, experiment, archived, tags,
//	                                       creation_time, end_time (Python literals)
//	                      param x = 1      a param; its name may be any literal in brackets: param ["a b"] = 1
//	                      metric loss {"subset": "train"} {"last": 0.6}    a name, a context and trace fields
//	runs                every line is a query over runs; answers their hashes
//	metrics             every line is a query over metrics; answers RUN/NAME/CONTEXT
type Script struct{ repo Repository }

var scriptProperties = map[string]aimql.Property{
	"name": aimql.PropName, "description": aimql.PropDescription, "experiment": aimql.PropExperiment, "archived": aimql.PropArchived,
	"tags": aimql.PropTags, "creation_time": aimql.PropCreationTime, "updated_at": aimql.PropUpdatedAt, "end_time": aimql.PropEndTime,
}

// Run executes one command and answers its output.
func (s *Script) Run(command, input string) string {
	lines := strings.Split(strings.TrimRight(input, "\n"), "\n")
	var b strings.Builder
	switch command {
	case "repository":
		s.repo = Repository{}
		for _, l := range lines {
			if err := s.describe(l); err != nil {
				fmt.Fprintf(&b, "%s: %v\n", l, err)
			}
		}
	case "runs", "metrics":
		for _, l := range lines {
			kind := aimql.Runs
			if command == "metrics" {
				kind = aimql.Metrics
			}
			fmt.Fprintf(&b, "%s\n", s.answer(strings.TrimSpace(l), kind))
		}
	default:
		fmt.Fprintf(&b, "unknown command %q\n", command)
	}
	return b.String()
}

func (s *Script) describe(line string) error {
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if word == "run" {
		s.repo.Runs = append(s.repo.Runs, &Run{ID: rest, Params: aimql.Dict(),
			Properties: map[aimql.Property]aimql.Value{aimql.PropHash: aimql.Str(rest)}})
		return nil
	}
	if len(s.repo.Runs) == 0 {
		return errors.New("a run has to come first")
	}
	run := s.repo.Runs[len(s.repo.Runs)-1]
	switch word {
	case "param":
		name, text, ok := strings.Cut(rest, " = ")
		if !ok {
			return errors.New("a param needs a value")
		}
		key := aimql.Str(name)
		if strings.HasPrefix(name, "[") {
			k, err := aimql.Literal(name)
			if err != nil {
				return err
			}
			items, _ := k.Items()
			key = items[0]
		}
		v, err := aimql.Literal(text)
		if err != nil {
			return err
		}
		pairs, _ := run.Params.Pairs()
		run.Params = aimql.Dict(append(pairs, aimql.Pair{Key: key, Value: v})...)
		return nil
	case "metric":
		name, rest, _ := strings.Cut(rest, " ")
		both, err := aimql.Literal("[" + strings.Replace(rest, "} {", "}, {", 1) + "]")
		if err != nil {
			return err
		}
		parts, _ := both.Items()
		if len(parts) != 2 {
			return errors.New("a metric needs a context and fields")
		}
		q := &Sequence{Kind: aimql.Metrics, ID: name, Ctx: parts[0], ContextKey: ContextKey(parts[0]), Fields: map[string]aimql.Value{}}
		fields, _ := parts[1].Pairs()
		for _, f := range fields {
			k, _ := f.Key.AsStr()
			q.Fields[k] = f.Value
		}
		run.Sequences = append(run.Sequences, q)
		return nil
	}
	p, ok := scriptProperties[word]
	text, isValue := strings.CutPrefix(rest, "= ")
	if !ok || !isValue {
		return fmt.Errorf("unknown line")
	}
	v, err := aimql.Literal(text)
	if err != nil {
		return err
	}
	run.Properties[p] = v
	return nil
}

func (s *Script) answer(text string, kind aimql.Kind) string {
	q, err := aimql.Compile(text, kind, aimql.Options{})
	if err != nil {
		return "syntax error"
	}
	var out []string
	if kind == aimql.Runs {
		out = s.repo.MatchRuns(q)
	} else {
		for _, m := range s.repo.MatchSequences(q) {
			out = append(out, m[0]+"/"+m[1]+"/"+m[2])
		}
	}
	sort.Strings(out)
	if len(out) == 0 {
		return "-"
	}
	return strings.Join(out, " ")
}
