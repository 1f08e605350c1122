package main

import (
	"fmt"
	"os"
	"strings"
)

const exceptionsFile = "tools/repolint/allow.txt"

// An exception sets one rule aside for one path.
type exception struct{ rule, path string }

// exceptions maps each exception to whether it was needed.
type exceptions map[exception]bool

// readExceptions reads lines of "rule path: reason". Empty lines and lines that
// begin with # say nothing.
func readExceptions(name string) (exceptions, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	list := exceptions{}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		head, reason, _ := strings.Cut(line, ": ")
		words := strings.Fields(head)
		if len(words) != 2 || strings.TrimSpace(reason) == "" {
			return nil, fmt.Errorf("%s:%d: want RULE PATH: REASON", name, i+1)
		}
		list[exception{words[0], words[1]}] = false
	}
	return list, nil
}

// apply takes out the findings that are excepted and adds one for each
// exception that nothing needed.
func (list exceptions) apply(found []finding) []finding {
	var left []finding
	for _, f := range found {
		key := exception{f.rule, f.path}
		if _, ok := list[key]; ok {
			list[key] = true
			continue
		}
		left = append(left, f)
	}
	for e, used := range list {
		if !used {
			left = append(left, finding{"allow", exceptionsFile, fmt.Sprintf("the exception %q for %s is no longer needed", e.rule, e.path)})
		}
	}
	return left
}
