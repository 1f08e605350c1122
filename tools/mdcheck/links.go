package main

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A linkChecker knows all documents, to look up headings in them.
type linkChecker struct {
	root string
	docs map[string]*document
}

// check returns one line for each link of doc that leads nowhere.
func (c *linkChecker) check(doc *document) []string {
	var problems []string
	for _, l := range doc.links {
		if err := c.follow(doc, l.target); err != nil {
			problems = append(problems, fmt.Sprintf("%s:%d: link %s: %v", doc.name, l.line, l.target, err))
		}
	}
	return problems
}

func (c *linkChecker) follow(from *document, target string) error {
	u, err := url.Parse(target)
	if err != nil {
		return err
	}
	switch u.Scheme {
	case "":
		return c.followInside(from, u)
	case "https":
		if u.Host == "pkg.go.dev" {
			return c.followPackage(u)
		}
		return nil
	case "mailto":
		return nil
	case "http":
		if host := u.Hostname(); host == "localhost" || host == "127.0.0.1" {
			return nil
		}
		return fmt.Errorf("use https")
	}
	return fmt.Errorf("unknown kind of address")
}

// followInside follows a link within the repository. A leading slash means the
// root, as on forges.
func (c *linkChecker) followInside(from *document, u *url.URL) error {
	name := from.name
	if u.Path != "" {
		name = path.Join(path.Dir(from.name), u.Path)
		if strings.HasPrefix(u.Path, "/") {
			name = strings.TrimPrefix(path.Clean(u.Path), "/")
		}
		if name == ".." || strings.HasPrefix(name, "../") {
			return fmt.Errorf("leads out of the repository")
		}
		if _, err := os.Stat(filepath.Join(c.root, name)); err != nil {
			return fmt.Errorf("no such file")
		}
	}
	if u.Fragment == "" || !strings.HasSuffix(name, ".md") {
		return nil
	}
	doc := c.docs[name]
	if doc == nil {
		data, err := os.ReadFile(filepath.Join(c.root, name))
		if err != nil {
			return err
		}
		doc = parse(name, string(data))
		c.docs[name] = doc
	}
	if !doc.anchors[u.Fragment] {
		return fmt.Errorf("no heading makes this anchor")
	}
	return nil
}
