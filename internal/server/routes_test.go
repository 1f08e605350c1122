package server

import "testing"

func TestIsClean(t *testing.T) {
	for path, want := range map[string]bool{
		"/": true, "/a": true, "/a/": true, "/a/b.c": true, "/ä": true, "/a b": true,
		"": false, "*": false, "a": false, "//": false, "//a": false, "/a//": false, "/a//b": false,
		"/.": false, "/..": false, "/a/../b": false, "/a/./b": false, "/a/..": false,
		"/a\x00": false, "/a\n": false, "/\x7f": false, "/\xff": false,
	} {
		if got := isClean(path); got != want {
			t.Errorf("isClean(%q) is %v", path, got)
		}
	}
}
