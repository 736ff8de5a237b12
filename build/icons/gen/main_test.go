package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// The committed icons are what the generator draws. Of PNGs the pixels count:
// how well they are packed may differ between versions of Go.
func TestIconsAreCurrent(t *testing.T) {
	files, err := draw(256)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 15 {
		t.Fatalf("only %d icons", len(files))
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../../..", filepath.FromSlash(name)))
		if err != nil {
			t.Errorf("%v: run go run ./build/icons/gen", err)
			continue
		}
		same := bytes.Equal(got, want)
		if filepath.Ext(name) == ".png" {
			same = samePixels(t, got, want)
		}
		if !same {
			t.Errorf("%s is not what the generator draws: run go run ./build/icons/gen", name)
		}
	}
}

func samePixels(t *testing.T, a, b []byte) bool {
	t.Helper()
	x, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	y, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if x.Bounds() != y.Bounds() {
		return false
	}
	for j := range x.Bounds().Dy() {
		for i := range x.Bounds().Dx() {
			if x.At(i, j) != y.At(i, j) {
				return false
			}
		}
	}
	return true
}

func TestMarkIsVisible(t *testing.T) {
	for _, size := range []int{16, 48} {
		img := raster(mark(size), size)
		if _, _, _, a := img.At(0, 0).RGBA(); a > 0x8000 {
			t.Errorf("%d: the corner is not free", size)
		}
		seen := map[[3]uint32]bool{}
		for y := range size {
			for x := range size {
				r, g, b, _ := img.At(x, y).RGBA()
				seen[[3]uint32{r >> 8, g >> 8, b >> 8}] = true
			}
		}
		for _, c := range []struct{ r, g, b uint32 }{{0x1f, 0x25, 0x30}, {0x3d, 0xb2, 0xff}, {0xff, 0x8a, 0x3d}} {
			if !seen[[3]uint32{c.r, c.g, c.b}] {
				t.Errorf("%d: colour %x is not there", size, c)
			}
		}
	}
}
