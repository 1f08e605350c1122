package main

import "testing"

func TestNamedTests(t *testing.T) {
	files := map[string]string{
		"m_test.go":     "package m\n\nfunc TestRoot(t *testing.T) {}\n",
		"a/b/c_test.go": "package b\n\nfunc TestDeep(t *testing.T) {}\n\nfunc FuzzDeep(f *testing.F) {}\n",
		"a/b/d.go":      "package b\n\nfunc TestNotATest() {}\n",
		"web/x.spec.ts": "test('is there', async () => {});\n",
	}
	for text, want := range map[string]string{
		"`latchkey.TestRoot`":                    "",
		"`a/b.TestDeep`, `a/b.FuzzDeep`":         "",
		"`a/b.TestDee`":                          "a.md:1: there is no test TestDee in a/b",
		"`a/b.TestDeep` and `a.TestDeep`":        "there is no test TestDeep in a",
		"`a/b.TestNotATest`":                     "there is no test TestNotATest in a/b",
		"`latchkey.TestDeep`":                    "there is no test TestDeep in latchkey",
		"`web/x.spec.ts: \"is there\"`":          "",
		"`web/x.spec.ts: \"is the\"`":            "there is no test is the in web/x.spec.ts",
		"`web/gone.spec.ts: \"is there\"`":       "there is no test is there in web/gone.spec.ts",
		"`testing.T`, `latchkeytest.New`":        "",
		fenced + "text\n`a.TestGone`\n" + fenced: "",
	} {
		files["a.md"] = text
		wantProblem(t, repository(t, files), want)
	}
}
