package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/latchkey-go/latchkey/internal/installation"
)

// configCommand is "latchkey config".
type configCommand struct {
	Show  configShowCommand  `cmd:"" help:"Print every setting of serve, and where it comes from. Secrets are masked."`
	Check configCheckCommand `cmd:"" help:"Tell all mistakes in the settings of serve, without starting anything."`
}

// configShowCommand is "latchkey config show": it takes the flags of serve.
type configShowCommand struct {
	serveSettings
	format
}

// setting is one line of it.
type setting struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Source string `json:"source"`
	Of     string `json:"of,omitempty"` // the variable or the file
}

// Run prints the settings.
func (c *configShowCommand) Run(parsed *kong.Context, all *commands, to streams) error {
	list := c.table(to, "SETTING", "VALUE", "FROM")
	for _, flag := range parsed.Selected().Flags {
		if len(flag.Envs) == 0 {
			continue // of this command, and not of serve
		}
		s := setting{Name: flag.Name, Value: settingValue(flag)}
		s.Source, s.Of = source(parsed, all.file, flag)
		if flag.Name == "db" && c.DBFile != "" {
			s.Source, s.Of = "file", c.DBFile
		}
		if err := list.row(s, s.Name, s.Value, strings.TrimSpace(s.Source+" "+s.Of)); err != nil {
			return err
		}
	}
	return list.end("")
}

// source says which of flag, environment, file and default a value is from.
func source(parsed *kong.Context, file *configFile, flag *kong.Flag) (kind, of string) {
	for _, path := range parsed.Path {
		if path.Flag == flag && !path.Resolved {
			return "flag", ""
		}
	}
	if name := setInEnvironment(flag); name != "" {
		return "environment", name
	}
	if file != nil {
		if _, ok := file.values[flag.Name]; ok {
			return "file", file.path
		}
	}
	return "default", ""
}

// settingValue is a value for people, without secrets.
func settingValue(flag *kong.Flag) string {
	value := flag.Target
	if flag.Name == "db" {
		if url := value.String(); url != "" {
			return installation.Location{Database: url}.DatabaseName()
		}
		return ""
	}
	if value.Kind() == reflect.Slice {
		var parts []string
		for i := range value.Len() {
			parts = append(parts, fmt.Sprint(value.Index(i)))
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(value.Interface())
}

// configCheckCommand is "latchkey config check".
type configCheckCommand struct {
	serveSettings
	format
}

// Run checks what serve would check before it opens anything, and that the files
// it needs can be there.
func (c *configCheckCommand) Run(parsed *kong.Context, to streams) error {
	if _, err := c.checked(to); err != nil {
		return err
	}
	where := c.installation()
	if info, err := os.Stat(filepath.Dir(where.Keys())); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is not a directory; say with --data where the data is", filepath.Dir(where.Keys()))
	}
	if names := strangeVariables(parsed.Model); names != "" {
		if _, err := fmt.Fprintf(to.log, "latchkey: these variables are no settings; are they misspelt? %s\n", names); err != nil {
			return err
		}
	}
	return c.print(to, struct {
		OK bool `json:"ok"`
	}{true}, "The settings can be used. latchkey doctor looks at keys, database and clock too.")
}
