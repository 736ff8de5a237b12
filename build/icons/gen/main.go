// Command gen draws Aimdesk's icons: a target, and a curve that runs into it.
//
//	go run ./build/icons/gen
//
// One description of the mark in units of a 64th of its side gives the SVG, the
// PNGs of every size and the ICOs; a test compares the files with it.
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
)

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	files, err := draw(1024)
	for name, data := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err == nil {
			err = os.MkdirAll(filepath.Dir(path), 0o755)
		}
		if err == nil {
			err = os.WriteFile(path, data, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "gen: %v\n", err)
		os.Exit(1)
	}
}

// appID names the program to desktops.
const appID = "io.github.aimdesk.Aimdesk"

// sizes of the application's icon, in pixels.
var sizes = []int{16, 22, 24, 32, 48, 64, 128, 256, 512}

// traySize suits panels of 24 pixels at twice the density.
const traySize = 48

// draw returns every icon up to a size by its path in the repository.
func draw(largest int) (map[string][]byte, error) {
	files := map[string][]byte{"build/icons/" + appID + ".svg": svg(mark(64))}
	add := func(name string, size int, shapes []shape) error {
		if size > largest {
			return nil
		}
		var buf bytes.Buffer
		enc := png.Encoder{CompressionLevel: png.BestCompression}
		if err := enc.Encode(&buf, raster(shapes, size)); err != nil {
			return fmt.Errorf("encode %s: %w", name, err)
		}
		files[name] = buf.Bytes()
		return nil
	}
	for _, size := range sizes {
		name := fmt.Sprintf("build/icons/hicolor/%dx%d/apps/%s.png", size, size, appID)
		if err := add(name, size, mark(size)); err != nil {
			return nil, err
		}
	}
	if err := add("build/appicon.png", 1024, mark(1024)); err != nil {
		return nil, err
	}
	windows, err := ico([]int{16, 24, 32, 48, 64, 128, 256}, mark)
	if err != nil {
		return nil, err
	}
	files["build/windows/icon.ico"] = windows
	for state, badge := range badges {
		shapes := func(size int) []shape { return append(mark(min(size, 32)), badge...) }
		name := "backend/shell/tray/icons/" + state
		if err := add(name+".png", traySize, shapes(traySize)); err != nil {
			return nil, err
		}
		data, err := ico([]int{16, 24, 32, 48}, shapes)
		if err != nil {
			return nil, err
		}
		files[name+".ico"] = data
	}
	return files, nil
}

// ico packs several sizes as PNGs in the container of Windows: a header of 6
// bytes, 16 bytes an image, the images; numbers little endian.
func ico(sizes []int, shapes func(size int) []shape) ([]byte, error) {
	var images [][]byte
	for _, size := range sizes {
		var buf bytes.Buffer
		if err := png.Encode(&buf, raster(shapes(size), size)); err != nil {
			return nil, fmt.Errorf("encode icon: %w", err)
		}
		images = append(images, buf.Bytes())
	}
	le16 := func(n int) []byte { return []byte{byte(n), byte(n >> 8)} }
	le32 := func(n int) []byte { return append(le16(n), le16(n>>16)...) }
	out := bytes.Join([][]byte{le16(0), le16(1), le16(len(images))}, nil)
	offset := 6 + 16*len(images)
	for i, img := range images {
		side := byte(sizes[i]) // 0 stands for 256
		out = append(out, side, side, 0, 0)
		out = append(out, bytes.Join([][]byte{le16(1), le16(32), le32(len(img)), le32(offset)}, nil)...)
		offset += len(img)
	}
	return append(out, bytes.Join(images, nil)...), nil
}

// raster paints shapes on a square of some pixels.
func raster(shapes []shape, size int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	unit := 64 / float64(size)
	for y := range size {
		for x := range size {
			img.SetNRGBA(x, y, paint(shapes, point{(float64(x) + 0.5) * unit, (float64(y) + 0.5) * unit}, unit))
		}
	}
	return img
}
