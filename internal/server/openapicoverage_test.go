package server_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// seen is what the tests of this package have met of the document.
var seen = &meetings{answers: map[string]bool{}, words: map[string]map[string]bool{}}

type meetings struct {
	mu      sync.Mutex
	answers map[string]bool            // "GET /healthz 200"
	words   map[string]map[string]bool // of an error's code, what was said to people
}

// add notes an answer. operation is empty for an error that may come anywhere.
func (m *meetings) add(operation string, status int, body []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if operation != "" {
		m.answers[operation+" "+strconv.Itoa(status)] = true
	}
	if status < 400 {
		return
	}
	var e struct {
		Code, Msg, Error string
		Description      string `json:"error_description"`
	}
	if json.Unmarshal(body, &e) != nil {
		return
	}
	code := e.Code + e.Error
	if m.words[code] == nil {
		m.words[code] = map[string]bool{}
	}
	m.words[code][e.Msg+e.Description] = true
}

// notSeen are described answers that no test here can bring about, with the
// reason.
var notSeen = map[string]string{
	"internal": "a fault of the server; the test of package server that makes a handler panic sees it",
}

// allSeen fails a complete run of the tests if something is described that no
// test has met: an operation, a status, a code, or the words of an example. It
// returns the exit code.
func allSeen(code int) int {
	if code != 0 || !isComplete() {
		return code
	}
	doc, err := description()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	missing := append(missingAnswers(doc), missingWords(doc)...)
	missing = slices.DeleteFunc(missing, func(what string) bool { return notSeen[what] != "" })
	for _, what := range missing {
		fmt.Fprintln(os.Stderr, "described in internal/server/openapi, and met by no test:", what)
	}
	return min(len(missing), 1)
}

// isComplete says whether all tests have run.
func isComplete() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return true
}

func missingAnswers(doc *openapi3.T) (missing []string) {
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			for status := range op.Responses.Map() {
				if answer := method + " " + path + " " + status; !seen.answers[answer] {
					missing = append(missing, answer)
				}
			}
		}
	}
	slices.Sort(missing)
	return missing
}

func missingWords(doc *openapi3.T) (missing []string) {
	for _, name := range []string{"ErrorCode", "OAuthErrorCode"} {
		for _, code := range doc.Components.Schemas[name].Value.OneOf {
			if text := fmt.Sprint(code.Value.Const); seen.words[text] == nil {
				missing = append(missing, text)
			}
		}
	}
	for name, example := range doc.Components.Examples {
		value, _ := example.Value.Value.(map[string]any)
		said := strings.TrimPrefix(fmt.Sprint(value["msg"], value["error_description"]), "<nil>")
		if said = strings.TrimSuffix(said, "<nil>"); !seen.words[name][strings.TrimSpace(said)] {
			missing = append(missing, "the words of the example "+name+": "+said)
		}
	}
	slices.Sort(missing)
	return missing
}
