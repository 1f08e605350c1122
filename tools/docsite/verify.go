package main

import (
	"cmp"
	"fmt"
	"html"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	titleTag = regexp.MustCompile(`<title>(.*?)</title>`)
	idTag    = regexp.MustCompile(`\sid="([^"]*)"`)
	linkTag  = regexp.MustCompile(`<a\s[^>]*?href="([^"]*)"`)
	assetTag = regexp.MustCompile(`<(?:img|link|script|source|iframe)\s[^>]*?(?:src|href)="([^"]*)"`)
	styleTag = regexp.MustCompile(`(?i)<(?:script|style)\b|<[^>]+\s(?:style|on\w+)="`)
)

// verify returns a line for each fault of a site: a page without a title, or
// with that of another; a link or an anchor that leads nowhere; anything from
// elsewhere; anything that the policy forbids.
func verify(out string) ([]string, error) {
	pages := map[string]string{}
	files := map[string]bool{}
	err := filepath.WalkDir(out, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(out, file)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(relative)
		files[name] = true
		if path.Ext(name) != ".html" {
			return nil
		}
		data, err := os.ReadFile(file)
		pages[name] = string(data)
		return err
	})
	if err != nil {
		return nil, err
	}
	v := verifier{files: files, ids: map[string]map[string]bool{}, titles: map[string]string{}}
	for name, text := range pages {
		v.ids[name] = map[string]bool{}
		for _, m := range idTag.FindAllStringSubmatch(text, -1) {
			v.ids[name][html.UnescapeString(m[1])] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		v.page(name, pages[name])
	}
	return v.problems, nil
}

type verifier struct {
	files    map[string]bool
	ids      map[string]map[string]bool // of each page
	titles   map[string]string          // the page that has it
	problems []string
}

func (v *verifier) problem(page, format string, args ...any) {
	v.problems = append(v.problems, page+": "+fmt.Sprintf(format, args...))
}

func (v *verifier) page(name, text string) {
	title := ""
	if m := titleTag.FindStringSubmatch(text); m != nil {
		title = strings.TrimSpace(m[1])
	}
	switch other := v.titles[title]; {
	case title == "" || strings.HasPrefix(title, "·"):
		v.problem(name, "it has no title")
	case other != "":
		v.problem(name, "it has the title of %s", other)
	}
	v.titles[title] = name
	if m := styleTag.FindString(text); m != "" {
		v.problem(name, "the policy forbids %s", m)
	}
	for _, m := range assetTag.FindAllStringSubmatch(text, -1) {
		v.follow(name, html.UnescapeString(m[1]), true)
	}
	for _, m := range linkTag.FindAllStringSubmatch(text, -1) {
		v.follow(name, html.UnescapeString(m[1]), false)
	}
}

func (v *verifier) follow(from, link string, asset bool) {
	u, err := url.Parse(link)
	switch {
	case err != nil:
		v.problem(from, "%v", err)
		return
	case u.Scheme != "" || u.Host != "":
		if asset {
			v.problem(from, "%s comes from elsewhere", link)
		}
		return
	}
	to := from
	if u.Path != "" {
		to = path.Join(path.Dir(from), u.Path)
	}
	if !v.files[to] {
		v.problem(from, "the link %s leads nowhere", link)
	} else if u.Fragment != "" && !v.ids[to][u.Fragment] {
		v.problem(from, "there is no %s in %s", u.Fragment, cmp.Or(u.Path, "this page"))
	}
}
