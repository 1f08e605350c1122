package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
)

// compare says how what commands printed differs from the block that shows it:
// one of several answers, or some of the lines. Times, numbers and names that are
// made anew each time count by their kind alone.
func compare(shown *block, printed string) error {
	switch shown.lang {
	case "json":
		return compareJSON(shown.code, printed)
	case "http":
		return compareAnswer(shown.code, printed)
	}
	for line := range strings.Lines(shown.code) {
		if !strings.Contains(printed, strings.TrimSpace(line)) {
			return fmt.Errorf("the commands do not print %q but %q", strings.TrimSpace(line), firstLine(printed))
		}
	}
	return nil
}

// compareJSON looks for the value among those that were printed.
func compareJSON(shown, printed string) error {
	var want any
	if err := json.Unmarshal([]byte(shown), &want); err != nil {
		return err
	}
	var failed error
	for lines := json.NewDecoder(strings.NewReader(printed)); ; {
		var got any
		if err := lines.Decode(&got); err != nil {
			if failed == nil {
				failed = fmt.Errorf("the commands print no JSON but %q", firstLine(printed))
			}
			return failed
		}
		err := alike("the answer", want, got)
		if err == nil {
			return nil
		}
		failed = errors.Join(err, failed)
	}
}

// compareAnswer compares the answer that was printed last: status, the headers
// that are shown, and the body.
func compareAnswer(shown, printed string) error {
	want, wantBody, err := readAnswer(shown)
	if err != nil {
		return err
	}
	got, gotBody, err := readAnswer(printed[max(strings.LastIndex(printed, "HTTP/1.1"), 0):])
	if err != nil {
		return fmt.Errorf("the commands print no answer: %w", err)
	}
	if want.Status != got.Status {
		return fmt.Errorf("the status is %s, not %s", got.Status, want.Status)
	}
	for name := range want.Header {
		if want.Header.Get(name) != got.Header.Get(name) {
			return fmt.Errorf("the header %s is %q, not %q", name, got.Header.Get(name), want.Header.Get(name))
		}
	}
	return compareJSON(wantBody, gotBody)
}

func readAnswer(text string) (*http.Response, string, error) {
	answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text)), nil)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer, string(body), err
}

// alike says where two values of JSON differ: in their members, in kind, in truth
// values, and in the words of an error.
func alike(at string, want, got any) error {
	if reflect.TypeOf(want) != reflect.TypeOf(got) {
		return fmt.Errorf("%s is %#v, not %#v", at, got, want)
	}
	switch want := want.(type) {
	case map[string]any:
		got, _ := got.(map[string]any)
		for name := range got {
			if _, ok := want[name]; !ok {
				return fmt.Errorf("%s has %s too", at, name)
			}
		}
		for name, value := range want {
			if _, ok := got[name]; !ok {
				return fmt.Errorf("%s has no %s", at, name)
			}
			if err := alike(at+"."+name, value, got[name]); err != nil {
				return err
			}
		}
	case bool:
		if want != got {
			return fmt.Errorf("%s is %v, not %v", at, got, want)
		}
	case string:
		if (strings.HasSuffix(at, ".msg") || strings.HasSuffix(at, ".code")) && want != got {
			return fmt.Errorf("%s is %q, not %q", at, got, want)
		}
	}
	return nil
}
