package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"aimdesk/backend/aim"
	"aimdesk/backend/aim/codec"
)

// appendObjects writes the value of one step: an object, or a list where a list
// was tracked.
func appendObjects(dst []byte, row aim.ObjectRow) ([]byte, error) {
	var err error
	if !row.IsList {
		if len(row.Items) == 0 {
			return append(dst, "null"...), nil
		}
		return appendObject(dst, row.Items[0])
	}
	dst = append(dst, '[')
	for i, item := range row.Items {
		if i > 0 {
			dst = append(dst, ',', ' ')
		}
		if dst, err = appendObject(dst, item); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

func appendObject(dst []byte, item aim.Object) ([]byte, error) {
	o := newObject(dst)
	switch item.Kind {
	case aim.KindImages, aim.KindAudios:
		data, err := item.Data()
		if err != nil {
			return dst, err
		}
		sum := sha256.Sum256(data)
		name := "audio"
		if item.Kind == aim.KindImages {
			name = "image"
		}
		o.string(name, hex.EncodeToString(sum[:]))
		o.value("format", item.Field("format"))
		if item.Kind == aim.KindImages {
			o.value("width", item.Field("width"))
			o.value("height", item.Field("height"))
		}
		o.value("caption", item.Field("caption"))
	case aim.KindTexts:
		data, err := item.Data()
		if err != nil {
			return dst, err
		}
		o.string("text", string(data))
	case aim.KindDistributions:
		weights, err := item.Weights()
		if err != nil {
			return dst, err
		}
		o.floats("weights", weights)
		o.key("range")
		o.buf = append(o.buf, '[')
		for i, x := range item.Field("range").List() {
			if i > 0 {
				o.buf = append(o.buf, ',', ' ')
			}
			f, _ := x.Number()
			o.buf = codec.AppendFloat(o.buf, f)
		}
		o.buf = append(o.buf, ']')
		o.value("bin_count", item.Field("bin_count"))
	case aim.KindFigures:
		data, err := item.Data()
		if err != nil {
			return dst, err
		}
		if !json.Valid(data) {
			return dst, fmt.Errorf("figure is not JSON")
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, data); err != nil {
			return dst, fmt.Errorf("read figure: %w", err)
		}
		o.raw("figure", compact.Bytes())
	default:
		o.value("value", item.Value())
	}
	return o.end(), nil
}

// mediaFolder writes the objects of one sequence as files.
type mediaFolder struct {
	dir  string
	made bool
}

func newMediaFolder(out, run, kind, name string) *mediaFolder {
	return &mediaFolder{dir: filepath.Join(out, safeName(run), kind, safeName(name))}
}

// maxName keeps a name well below the 255 bytes that file systems allow.
const maxName = 100

// reserved are names that Windows gives a meaning.
var reserved = map[string]bool{"CON": true, "PRN": true, "AUX": true, "NUL": true}

// safeName makes a name from a repository one path element that is safe on
// every system. Where that changes it, a hash of the name keeps two apart.
func safeName(s string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`/\:*?"<>|%`, r), unicode.IsControl(r), r == unicode.ReplacementChar, unicode.Is(unicode.Bidi_Control, r):
			return '_'
		}
		return r
	}, s)
	safe = strings.Trim(safe, ". ")
	if len(safe) > maxName {
		safe = clipText(safe, maxName)
	}
	base, _, _ := strings.Cut(strings.ToUpper(safe), ".")
	if safe == s && safe != "" && !reserved[base] && !strings.HasPrefix(base, "COM") && !strings.HasPrefix(base, "LPT") {
		return safe
	}
	sum := sha256.Sum256([]byte(s))
	return safe + "~" + hex.EncodeToString(sum[:4])
}

// write writes the objects of one step and answers how many files that were.
func (m *mediaFolder) write(row aim.ObjectRow) (int, error) {
	if !m.made {
		if err := os.MkdirAll(m.dir, 0o755); err != nil {
			return 0, fmt.Errorf("make folder: %w", err)
		}
		m.made = true
	}
	step := safeName(strings.Trim(string(row.Step.AppendJSON(nil)), `"`))
	for i, item := range row.Items {
		name := step
		if row.IsList {
			name = fmt.Sprintf("%s-%d", step, i)
		}
		data, ext, err := mediaFile(item)
		if err != nil {
			return i, err
		}
		if err := os.WriteFile(filepath.Join(m.dir, name+ext), data, 0o644); err != nil {
			return i, fmt.Errorf("write media: %w", err)
		}
	}
	return len(row.Items), nil
}

// mediaFile is the content and the extension of an object's file. The
// extension follows the content where it is known, never the name.
func mediaFile(item aim.Object) ([]byte, string, error) {
	switch item.Kind {
	case aim.KindDistributions:
		data, err := appendObject(nil, item)
		return data, ".json", err
	case aim.KindTexts:
		data, err := item.Data()
		return data, ".txt", err
	case aim.KindFigures:
		data, err := item.Data()
		return data, ".json", err
	case aim.KindImages, aim.KindAudios:
		data, err := item.Data()
		return data, sniff(data), err
	}
	data, err := appendObject(nil, item)
	return data, ".json", err
}

// signatures are the first bytes of the formats that Aim stores.
var signatures = []struct{ magic, ext string }{
	{"\x89PNG\r\n\x1a\n", ".png"}, {"\xff\xd8\xff", ".jpg"}, {"GIF8", ".gif"}, {"BM", ".bmp"}, {"II*\x00", ".tiff"}, {"MM\x00*", ".tiff"},
	{"fLaC", ".flac"}, {"ID3", ".mp3"}, {"\xff\xfb", ".mp3"}, {"\xff\xf3", ".mp3"}, {"OggS", ".ogg"},
}

func sniff(data []byte) string {
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.magic)) {
			return s.ext
		}
	}
	if len(data) >= 12 && string(data[:4]) == "RIFF" {
		switch string(data[8:12]) {
		case "WAVE":
			return ".wav"
		case "WEBP":
			return ".webp"
		}
	}
	return ".bin"
}
