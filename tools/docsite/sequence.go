package main

import (
	"regexp"
	"slices"
	"strings"
)

// A sequence is a diagram of who says what to whom.
type sequence struct {
	who   []participant
	steps []step
}

type participant struct {
	id    string
	lines []string
	x     float64
}

// A step is a message, a note, or the beginning or end of a loop.
type step struct {
	kind     string // "message", "note", "loop" or "end"
	from, to int    // participants
	dashed   bool
	lines    []string
}

var (
	declared = regexp.MustCompile(`^(?:participant|actor)\s+(\S+)(?:\s+as\s+(.+))?$`)
	message  = regexp.MustCompile(`^(\w+?)\s*(--?>>)\s*(\w+)\s*:\s*(.+)$`)
	noteOver = regexp.MustCompile(`^Note\s+over\s+(\w+)(?:\s*,\s*(\w+))?\s*:\s*(.+)$`)
)

const wrapAt = 26

func parseSequence(code string) (*sequence, bool) {
	s := &sequence{}
	for line := range strings.Lines(code) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if m := declared.FindStringSubmatch(line); m != nil {
			name := m[2]
			if name == "" {
				name = m[1]
			}
			s.who[s.find(m[1])].lines = wrapped(name, 16)
		} else if m := message.FindStringSubmatch(line); m != nil {
			s.steps = append(s.steps, step{kind: "message", from: s.find(m[1]), to: s.find(m[3]), dashed: m[2] == "-->>", lines: wrapped(m[4], wrapAt)})
		} else if m := noteOver.FindStringSubmatch(line); m != nil {
			last := m[2]
			if last == "" {
				last = m[1]
			}
			s.steps = append(s.steps, step{kind: "note", from: s.find(m[1]), to: s.find(last), lines: wrapped(m[3], wrapAt)})
		} else if words, ok := strings.CutPrefix(line, "loop "); ok {
			s.steps = append(s.steps, step{kind: "loop", lines: wrapped(words, 2*wrapAt)})
		} else if line == "end" {
			s.steps = append(s.steps, step{kind: "end"})
		} else {
			return nil, false
		}
	}
	return s, len(s.who) > 0
}

// find returns the participant of an id, a new one if need be.
func (s *sequence) find(id string) int {
	i := slices.IndexFunc(s.who, func(p participant) bool { return p.id == id })
	if i < 0 {
		s.who = append(s.who, participant{id: id, lines: []string{id}})
		i = len(s.who) - 1
	}
	return i
}

// place moves the participants apart until all messages between them fit.
func (s *sequence) place() {
	for i := range s.who {
		width, _ := size(s.who[i].lines)
		if i == 0 {
			s.who[i].x = width/2 + 20
			continue
		}
		before, _ := size(s.who[i-1].lines)
		s.who[i].x = s.who[i-1].x + (before+width)/2 + 44
	}
	for _, step := range s.steps {
		width, _ := size(step.lines)
		from, to := min(step.from, step.to), max(step.from, step.to)
		switch {
		case step.kind == "note" && from == to:
			s.shift(from, width/2+20-s.who[from].x)
			if from > 0 {
				s.shift(from, s.who[from-1].x+width/2+24-s.who[from].x)
			}
			if from+1 < len(s.who) {
				s.shift(from+1, s.who[from].x+width/2+24-s.who[from+1].x)
			}
		case step.kind == "message" && from == to:
			if from+1 < len(s.who) {
				s.shift(from+1, s.who[from].x+width+50-s.who[from+1].x)
			}
		case step.kind == "message":
			s.shift(to, s.who[from].x+width+30-s.who[to].x)
		}
	}
}

// shift moves a participant and all after it to the right, if by is above zero.
func (s *sequence) shift(first int, by float64) {
	for i := first; by > 0 && i < len(s.who); i++ {
		s.who[i].x += by
	}
}

func (s *sequence) draw() string {
	s.place()
	head := 0.0
	for _, p := range s.who {
		_, height := size(p.lines)
		head = max(head, height+16)
	}
	var c canvas
	y := head + 22
	var loops []float64
	for _, step := range s.steps {
		y += s.drawStep(&c, step, y, &loops)
	}
	lines := canvas{}
	for _, p := range s.who {
		lines.arrowless(point{p.x, head}, point{p.x, y})
		width, _ := size(p.lines)
		lines.box("box", p.x, head/2, width+24, head-2, 4)
		lines.text(p.x, head/2, p.lines)
	}
	lines.grow(c.width, c.height)
	lines.b.WriteString(c.b.String()) // over the lines
	var names []string
	for _, p := range s.who {
		names = append(names, strings.Join(p.lines, " "))
	}
	return lines.svg("Messages between " + strings.Join(names, ", "))
}

// drawStep draws a step at y and returns its height.
func (s *sequence) drawStep(c *canvas, step step, y float64, loops *[]float64) float64 {
	_, height := size(step.lines)
	from, to := s.who[step.from].x, s.who[step.to].x
	switch step.kind {
	case "note":
		width, _ := size(step.lines)
		width = max(width+16, abs(to-from)+60)
		c.box("note", (from+to)/2, y+height/2+4, width, height+8, 2)
		c.text((from+to)/2, y+height/2+4, step.lines)
		return height + 22
	case "message":
		if from == to {
			width, _ := size(step.lines)
			c.text(from+40+width/2, y+max(height, 20)/2, step.lines)
			bottom := y + max(height, 20)
			c.arrow(step.dashed, point{from, y}, point{from + 30, y}, point{from + 30, bottom}, point{from + 1, bottom})
			return max(height, 20) + 20
		}
		c.label((from+to)/2, y+height/2, step.lines)
		at := y + height + 4
		c.arrow(step.dashed, point{from, at}, point{to, at})
		return height + 22
	case "loop":
		*loops = append(*loops, y-4)
		width, _ := size(step.lines)
		c.text(24+width/2, y+height/2, step.lines)
		return height + 10
	}
	if n := len(*loops); n > 0 {
		top := (*loops)[n-1]
		*loops = (*loops)[:n-1]
		width := s.who[len(s.who)-1].x + 30
		c.box("group", width/2+4, (top+y)/2, width, y-top, 4)
	}
	return 14
}

func abs(x float64) float64 { return max(x, -x) }
