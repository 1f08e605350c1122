package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestDraw(t *testing.T) {
	for name, tt := range map[string]struct {
		code string
		want []string
	}{
		"messages": {"sequenceDiagram\n participant A as First & last\n actor B\n A->>B: go <b>\n B-->>A: back\n Note over A,B: both\n Note over C: a third",
			[]string{">First &amp; last<", ">go &lt;b&gt;<", `class="line dashed"`, ">both<", ">C<", "Messages between First &amp; last, B, C"}},
		"to oneself": {"sequenceDiagram\n A->>A: think", []string{">think<", "polygon"}},
		"loop":       {"sequenceDiagram\n loop every day\n A->>B: x\n end\n", []string{">every day<", `class="group"`}},
		"flowchart": {"flowchart LR\n a[\"one<br>two\"] --> b{three}\n b -- \"four\" --> c[(five)] & d((six))\n c -. seven .-> a\n d -.-> e",
			[]string{">one<", ">two<", ">three<", ">four<", ">five<", ">six<", ">seven<", ">e<", "Arrows between one two, three"}},
		"groups":   {"flowchart TB\n subgraph g [Group]\n a --> b\n end\n b --> c", []string{">Group<", `class="group"`}},
		"states":   {"stateDiagram-v2\n direction LR\n [*] --> on: switch\n on --> [*]", []string{">begin<", ">on<", ">end<", ">switch<"}},
		"a circle": {"flowchart LR\n a --> b\n b --> c\n c --> a", []string{">a<", ">b<", ">c<"}},
	} {
		t.Run(name, func(t *testing.T) {
			svg, ok := draw(tt.code)
			if !ok {
				t.Fatal("it is not drawn")
			}
			for _, want := range tt.want {
				if !strings.Contains(svg, want) {
					t.Errorf("it has no %s:\n%s", want, svg)
				}
			}
			if strings.Contains(svg, "NaN") || strings.Contains(svg, `="-`) || strings.Contains(svg, "style=") {
				t.Errorf("it cannot be shown:\n%s", svg)
			}
			for d := xml.NewDecoder(strings.NewReader(svg)); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%v:\n%s", err, svg)
				}
			}
		})
	}
	for _, code := range []string{"", "pie", "sequenceDiagram", "sequenceDiagram\n alt x\n", "flowchart LR\n a ~~~ b\n", "stateDiagram-v2\n state x {\n"} {
		if svg, ok := draw(code); ok {
			t.Errorf("%q is drawn: %s", code, svg)
		}
	}
}
