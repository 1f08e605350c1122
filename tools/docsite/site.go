package main

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// source is where files that are no pages can be looked at.
const source = "https://github.com/latchkey-go/latchkey/"

//go:embed page.html site.css
var assets embed.FS

var layout = template.Must(template.ParseFS(assets, "page.html"))

// A site is the documentation, read and not yet written.
type site struct {
	root  string
	pages map[string]*page // by the name of the Markdown file
	files map[string]bool  // pictures, by name
	menu  []menuGroup
}

// A page is a Markdown file.
type page struct {
	name  string // within the repository, such as docs/guides/csrf.md
	path  string // within the site, such as guides/csrf.html
	text  []byte
	title string
	body  template.HTML
}

// The pages that are not in docs.
var others = map[string]string{
	"README.md":       "readme.html",
	"SECURITY.md":     "security.html",
	"CONTRIBUTING.md": "contributing.html",
	"CHANGELOG.md":    "changelog.html",
}

// load reads and renders all pages.
func load(root string) (*site, error) {
	s := &site{root: root, pages: map[string]*page{}, files: map[string]bool{}}
	for name, path := range others {
		if err := s.add(name, path); err != nil {
			return nil, err
		}
	}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(relative)
		switch path.Ext(name) {
		case ".md":
			return s.add(name, pathOf(name))
		case ".png", ".svg":
			s.files[name] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, p := range s.pages {
		if err := s.render(p); err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
	}
	index := s.pages["docs/README.md"]
	if index == nil {
		return nil, fmt.Errorf("there is no docs/README.md, which has the menu")
	}
	s.menu = s.readMenu(index)
	return s, nil
}

// lost returns a line for each page of docs that the index does not name, so
// that nobody finds it, or names twice under one heading.
func (s *site) lost() []string {
	var problems []string
	for _, group := range s.menu {
		named := map[*page]bool{}
		for _, e := range group.Entries {
			if named[e.page] {
				problems = append(problems, e.page.name+": docs/README.md has it twice below "+group.Title)
			}
			named[e.page] = true
		}
	}
	for name, p := range s.pages {
		listed := slices.ContainsFunc(s.menu, func(g menuGroup) bool {
			return slices.ContainsFunc(g.Entries, func(e menuEntry) bool { return e.page == p })
		})
		if !listed && strings.HasPrefix(name, "docs/") && name != "docs/README.md" {
			problems = append(problems, name+": docs/README.md does not begin an entry of a list with a link to it")
		}
	}
	slices.Sort(problems)
	return problems
}

func (s *site) add(name, path string) error {
	text, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	s.pages[name] = &page{name: name, path: path, text: text}
	return nil
}

// pathOf is where the page of a file in docs is: a README is the index of its
// folder.
func pathOf(name string) string {
	name = strings.TrimPrefix(name, "docs/")
	folder, base := path.Split(name)
	if base == "README.md" {
		return folder + "index.html"
	}
	return strings.TrimSuffix(name, ".md") + ".html"
}

// target turns a link of a page into one of the site. Files of the repository
// that are no pages are linked at their source.
func (s *site) target(from *page, link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" {
		return link
	}
	name := path.Join(path.Dir(from.name), u.Path)
	if strings.HasPrefix(u.Path, "/") {
		name = strings.TrimPrefix(path.Clean(u.Path), "/")
	}
	switch to := s.pages[name]; {
	case to != nil:
		u.Path = relative(from.path, to.path)
	case s.files[name]:
		u.Path = relative(from.path, strings.TrimPrefix(name, "docs/"))
	default:
		kind := "blob/main/"
		if info, err := os.Stat(filepath.Join(s.root, filepath.FromSlash(name))); err == nil && info.IsDir() {
			kind = "tree/main/"
		}
		return source + kind + name + fragment(u)
	}
	return u.String()
}

func fragment(u *url.URL) string {
	if u.Fragment == "" {
		return ""
	}
	return "#" + u.EscapedFragment()
}

// relative is the link from one path of the site to another.
func relative(from, to string) string {
	return strings.Repeat("../", strings.Count(from, "/")) + to
}

// write writes the site into a folder, which it empties first.
func (s *site) write(out string) error {
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	for _, p := range s.pages {
		var b strings.Builder
		if err := layout.Execute(&b, s.view(p)); err != nil {
			return err
		}
		if err := writeFile(out, p.path, []byte(b.String())); err != nil {
			return err
		}
	}
	for name := range s.files {
		data, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		if err := writeFile(out, strings.TrimPrefix(name, "docs/"), data); err != nil {
			return err
		}
	}
	css, err := assets.ReadFile("site.css")
	if err != nil {
		return err
	}
	return writeFile(out, "site.css", css)
}

func writeFile(out, name string, data []byte) error {
	file := filepath.Join(out, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

// view is what the layout shows of a page.
func (s *site) view(p *page) any {
	home := strings.Repeat("../", strings.Count(p.path, "/"))
	before, after := s.neighbours(p)
	return struct {
		Title, Home, Source string
		Body                template.HTML
		Menu                []menuGroup
		Before, After       *menuEntry
	}{p.title, home, source + "blob/main/" + p.name, p.body, s.menuOf(p), before, after}
}

// A menuGroup is a heading of the menu with its pages.
type menuGroup struct {
	Title   string
	Entries []menuEntry
}

type menuEntry struct {
	Title, Link string
	Here        bool
	page        *page
}

// menuOf is the menu as seen from a page.
func (s *site) menuOf(p *page) []menuGroup {
	var menu []menuGroup
	for _, group := range s.menu {
		g := menuGroup{Title: group.Title}
		for _, e := range group.Entries {
			e.Link, e.Here = relative(p.path, e.page.path), e.page == p
			g.Entries = append(g.Entries, e)
		}
		menu = append(menu, g)
	}
	return menu
}

// neighbours are the entries beside a page in its group of the menu. A page
// that is in several groups has those of the last.
func (s *site) neighbours(p *page) (before, after *menuEntry) {
	for _, group := range s.menuOf(p) {
		i := slices.IndexFunc(group.Entries, func(e menuEntry) bool { return e.Here })
		if i < 0 {
			continue
		}
		before, after = nil, nil
		if i > 0 {
			before = &group.Entries[i-1]
		}
		if i+1 < len(group.Entries) {
			after = &group.Entries[i+1]
		}
	}
	return before, after
}
