package main

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"strings"
)

type point struct{ x, y float64 }

// shape is a rounded outline around points: a disc around one, a line around
// several; hollow leaves only an edge of some width of a disc.
type shape struct {
	points []point
	radius float64 // of a disc, or half the width of a line
	edge   float64 // width of a ring; 0: filled
	square float64 // half the side of a rounded square around the one point; 0: none
	colour color.NRGBA
}

var (
	tile   = color.NRGBA{0x1f, 0x25, 0x30, 0xff}
	ring   = color.NRGBA{0xdf, 0xe6, 0xf0, 0xff}
	curve  = color.NRGBA{0x3d, 0xb2, 0xff, 0xff}
	centre = color.NRGBA{0xff, 0x8a, 0x3d, 0xff}
	grey   = color.NRGBA{0x8a, 0x94, 0xa3, 0xff}
	amber  = color.NRGBA{0xff, 0xc1, 0x2e, 0xff}
	green  = color.NRGBA{0x4f, 0xd1, 0x7f, 0xff}
)

// mark is the application's icon for a size in pixels: small ones have fewer
// and heavier parts.
func mark(size int) []shape {
	target := point{39, 39}
	shapes := []shape{{points: []point{{32, 32}}, square: 31, radius: 14, colour: tile}}
	width := 4.2
	if size > 32 {
		shapes = append(shapes,
			shape{points: []point{target}, radius: 18.5, edge: 3, colour: ring},
			shape{points: []point{target}, radius: 10.5, edge: 3, colour: ring})
	} else {
		shapes = append(shapes, shape{points: []point{target}, radius: 16.5, edge: 4.5, colour: ring})
		width = 5.6
	}
	line := shape{radius: width / 2, colour: curve}
	const steps = 40
	for i := range steps + 1 {
		t := float64(i) / steps
		fall := (1 - math.Exp(-3.2*t)) / (1 - math.Exp(-3.2))
		line.points = append(line.points, point{8.5 + (target.x-8.5)*t, 10 + (target.y-10)*fall})
	}
	return append(shapes, line, shape{points: []point{target}, radius: width + 0.6, colour: centre})
}

// badges mark the tray's icon with a state, by form as well as by colour.
var badges = map[string][]shape{
	"idle": nil,
	"indexing": {
		disc(tile, 15), disc(green, 12.5),
		{points: []point{{45, 44}, {52, 50}, {45, 56}}, radius: 2.4, colour: tile},
	},
	"paused": {
		disc(tile, 15), disc(grey, 12.5),
		{points: []point{{45.5, 45}, {45.5, 55}}, radius: 2.4, colour: tile},
		{points: []point{{54.5, 45}, {54.5, 55}}, radius: 2.4, colour: tile},
	},
	"attention": {
		disc(tile, 15), disc(amber, 12.5),
		{points: []point{{50, 43}, {50, 51}}, radius: 2.4, colour: tile},
		{points: []point{{50, 57}}, radius: 2.6, colour: tile},
	},
}

func disc(c color.NRGBA, radius float64) shape {
	return shape{points: []point{{50, 50}}, radius: radius, colour: c}
}

// distance from a point to the shape's border: below zero inside.
func (s shape) distance(p point) float64 {
	if s.square > 0 {
		c := s.points[0]
		inner := s.square - s.radius
		dx, dy := math.Abs(p.x-c.x)-inner, math.Abs(p.y-c.y)-inner
		return math.Hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - s.radius
	}
	d := math.Inf(1)
	for i, a := range s.points {
		b := s.points[min(i+1, len(s.points)-1)]
		t, length := 0.0, (b.x-a.x)*(b.x-a.x)+(b.y-a.y)*(b.y-a.y)
		if length > 0 {
			t = min(max(((p.x-a.x)*(b.x-a.x)+(p.y-a.y)*(b.y-a.y))/length, 0), 1)
		}
		d = min(d, math.Hypot(p.x-a.x-t*(b.x-a.x), p.y-a.y-t*(b.y-a.y)))
	}
	if s.edge > 0 {
		return math.Abs(d-s.radius) - s.edge/2
	}
	return d - s.radius
}

// paint is the colour of a pixel of some width around p.
func paint(shapes []shape, p point, width float64) color.NRGBA {
	var r, g, b, a float64 // r, g and b multiplied by a
	for _, s := range shapes {
		cover := min(max(0.5-s.distance(p)/width, 0), 1) * float64(s.colour.A) / 255
		over := func(below float64, c uint8) float64 { return float64(c)*cover + below*(1-cover) }
		r, g, b = over(r, s.colour.R), over(g, s.colour.G), over(b, s.colour.B)
		a = cover + a*(1-cover)
	}
	if a == 0 {
		return color.NRGBA{}
	}
	return color.NRGBA{uint8(math.Round(r / a)), uint8(math.Round(g / a)), uint8(math.Round(b / a)), uint8(math.Round(255 * a))}
}

// svg writes shapes for those who can scale.
func svg(shapes []shape) []byte {
	var buf bytes.Buffer
	buf.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">` + "\n  <title>Aimdesk</title>\n")
	for _, s := range shapes {
		c := fmt.Sprintf("#%02x%02x%02x", s.colour.R, s.colour.G, s.colour.B)
		p := s.points[0]
		switch {
		case s.square > 0:
			fmt.Fprintf(&buf, `  <rect x="%g" y="%g" width="%g" height="%g" rx="%g" fill="%s"/>`, p.x-s.square, p.y-s.square, 2*s.square, 2*s.square, s.radius, c)
		case s.edge > 0:
			fmt.Fprintf(&buf, `  <circle cx="%g" cy="%g" r="%g" fill="none" stroke="%s" stroke-width="%g"/>`, p.x, p.y, s.radius, c, s.edge)
		case len(s.points) == 1:
			fmt.Fprintf(&buf, `  <circle cx="%g" cy="%g" r="%.3g" fill="%s"/>`, p.x, p.y, s.radius, c)
		default:
			var path strings.Builder
			for i, p := range s.points {
				fmt.Fprintf(&path, "%c%.2f %.2f", "ML"[min(i, 1)], p.x, p.y)
			}
			fmt.Fprintf(&buf, `  <path d="%s" fill="none" stroke="%s" stroke-width="%g" stroke-linecap="round" stroke-linejoin="round"/>`, path.String(), c, 2*s.radius)
		}
		buf.WriteByte('\n')
	}
	buf.WriteString("</svg>\n")
	return buf.Bytes()
}
