package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestRun follows pages with the real program.
func TestRun(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		skip(t, "curl is missing")
	}
	commands, err := newCommandChecker("../..")
	if err != nil {
		t.Fatal(err)
	}
	defer commands.close()
	block := func(lang, code string) string { return fenced + lang + "\n" + code + "\n" + fenced + "\n\n" }
	const me = `{"msg":"Sign in first: this address needs an access token.","code":"token_missing"}`
	const answer = "HTTP/1.1 401 Unauthorized\nLatchkey-Code: token_missing\n\n" + me
	const program = `package main

import (
	"io"
	"log"
	"net/http"

	_ "github.com/latchkey-go/latchkey"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") })
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", nil))
}
`
	const hello = "go run . &\ncurl -s --retry-connrefused --retry 20 --retry-delay 1 http://127.0.0.1:8080/"
	page := block("sh", "latchkey serve --data /tmp/try") +
		block("sh", "base=http://127.0.0.1:8080/api/v1\ncurl -s $base/me; curl -s $base/config") +
		block("json", me) + block("sh", "curl -s -i $base/me") + block("http", answer)
	for name, tt := range map[string]struct{ page, want string }{
		"as shown":            {page, ""},
		"another path":        {strings.Replace(page, "$base/me;", "$base/you;", 1), "a.md:10: the answer"},
		"another code":        {strings.Replace(page, "token_missing\"}", "token_gone\"}", 1), `the answer.code is "token_missing", not "token_gone"`},
		"another status":      {strings.Replace(page, "401 Un", "403 Un", 1), "the status is 401 Unauthorized, not 403 Unauthorized"},
		"another header":      {strings.Replace(page, "Code: token_missing", "Code: token_gone", 1), "the header Latchkey-Code"},
		"a member more":       {strings.Replace(page, `{"msg"`, `{"more":1,"msg"`, 1), "has no more"},
		"a member less":       {strings.Replace(page, `,"code":"token_missing"`, "", 1), "has code too"},
		"an unknown command":  {block("sh", "no-such-command"), "no-such-command"},
		"an unset variable":   {block("sh", "echo $nothing"), "the shell gave up"},
		"nothing printed":     {block("sh", "curl -s http://127.0.0.1:8080/api/v1/me >/dev/null") + block("json", me), `the commands print no JSON but ""`},
		"text":                {block("sh", "echo one; echo two") + block("text", "two"), ""},
		"another text":        {block("sh", "echo one; echo two") + block("text", "three"), `do not print "three" but "one`},
		"the page's program":  {block("go", program) + block("sh", hello) + block("text", "hello"), ""},
		"another program":     {block("go", program) + page, ""},
		"it says otherwise":   {block("go", program) + block("sh", hello) + block("text", "good-bye"), `do not print "good-bye" but "hello`},
		"it does not compile": {block("go", strings.Replace(program, "log.Fatal", "log.Fatl", 1)) + block("sh", hello), "undefined: log.Fatl"},
		"our own command":     {block("sh", "latchkey version --json") + block("text", "go1."), ""},
	} {
		t.Run(name, func(t *testing.T) {
			problems, err := commands.runPage(parse("a.md", tt.page))
			if err != nil {
				problems = append(problems, err.Error())
			}
			if all := strings.Join(problems, "\n"); !strings.Contains(all, tt.want) || tt.want == "" && all != "" {
				t.Errorf("problems: %q, want one with %q", problems, tt.want)
			}
		})
	}
}

func TestAlike(t *testing.T) {
	for _, tt := range []struct{ shown, printed, want string }{
		{`{"id": "a", "n": 1, "ok": true}`, `{"id": "b", "n": 2, "ok": true}`, ""},
		{`{"ok": true}`, `{"ok": false}`, "the answer.ok is false, not true"},
		{`{"n": 1}`, `{"n": "1"}`, `the answer.n is "1", not 1`},
		{`{"a": {"b": 1}}`, `{"a": {"c": 1}}`, "the answer.a has c too"},
		{`{"a": 1}`, `{"b": 1} {"a": 2}`, ""},
		{`{"a": null}`, `{"a": 1}`, "the answer.a is 1, not <nil>"},
	} {
		err := compareJSON(tt.shown, tt.printed)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %s: %v, want %q", tt.shown, tt.printed, err, tt.want)
		}
	}
}
