package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

// maxConfigFile bounds what is read of a configuration file.
const maxConfigFile = 1 << 20

// configFile is the settings of a TOML file, by the names of their flags. Only
// what has an environment variable too can be in it: settings of the
// installation, and not what a single call of a command is about.
type configFile struct {
	path   string
	values map[string]any
}

// readConfigFile reads a TOML file with strings, numbers, truth values and lists
// of strings.
func readConfigFile(path string) (*configFile, error) {
	text, err := readBounded(path, maxConfigFile)
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		err = failure.Err
	}
	if err != nil {
		return nil, wrongFile(fmt.Errorf("cannot read the configuration file %s: %w", path, err))
	}
	f := &configFile{path: path, values: map[string]any{}}
	if _, err := toml.Decode(text, &f.values); err != nil {
		if mistake, ok := errors.AsType[toml.ParseError](err); ok {
			// The message quotes the line, which may hold a secret.
			err = fmt.Errorf("line %d is not TOML, such as: access-ttl = \"15m\"", mistake.Position.Line)
		}
		return nil, wrongFile(fmt.Errorf("cannot use the configuration file %s: %w", path, err))
	}
	return f, nil
}

// wrongFile says that nothing can be had from the file.
func wrongFile(err error) error {
	return &settingError{flags: []string{configFlag}, err: &exitError{exitFailed, err}}
}

// Validate implements kong.Resolver: it reports every name that no command
// knows, and every value that is no setting.
func (f *configFile) Validate(app *kong.Application) error {
	known := settingNames(app)
	var errs []error
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		var err error
		if !slices.Contains(known, name) {
			err = fmt.Errorf("%s: there is no setting %q; latchkey config show lists them all", f.path, name)
		} else if _, mistake := settingText(f.values[name]); mistake != nil {
			err = fmt.Errorf("%s: %s: %w", f.path, name, mistake)
		}
		if err != nil {
			errs, wrong = append(errs, err), append(wrong, name)
		}
	}
	if len(errs) > 0 {
		return &settingError{inFile: wrong, err: &exitError{exitFailed, errors.Join(errs...)}}
	}
	return nil
}

// Resolve implements kong.Resolver. The environment wins over the file.
func (f *configFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := f.values[flag.Name]
	if !ok || len(flag.Envs) == 0 || setInEnvironment(flag) != "" {
		return nil, nil
	}
	return settingText(value)
}

// settingText is a value as it would be written for the flag.
func settingText(value any) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case bool, int64:
		return fmt.Sprint(value), nil
	case []any:
		var parts []string
		for _, element := range value {
			text, ok := element.(string)
			if !ok || strings.Contains(text, ",") {
				return "", errors.New("a list has to be of strings without commas")
			}
			parts = append(parts, text)
		}
		return strings.Join(parts, ","), nil
	}
	return "", errors.New("write it as a string, a number, true, false, or a list of strings")
}

// settingNames are the names of all flags that can be set elsewhere.
func settingNames(app *kong.Application) []string {
	names := map[string]bool{}
	for _, command := range app.Leaves(false) {
		for _, flag := range flagsWithin(command) {
			if len(flag.Envs) > 0 && flag.Name != configFlag {
				names[flag.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// setInEnvironment is the variable that sets a flag; empty if none does.
func setInEnvironment(flag *kong.Flag) string {
	for _, name := range flag.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return name
		}
	}
	return ""
}

const configFlag = "config"

// configuration is the flag that names the file, of every command.
type configuration struct {
	ConfigFile string `name:"config" help:"TOML file with settings, under the names of their flags. Flags and the environment win over it." placeholder:"FILE" env:"LATCHKEY_CONFIG"`

	file    *configFile
	leftOut leftOut
}

// BeforeResolve reads the file, once the flags and the environment have said
// which.
func (c *configuration) BeforeResolve(app *kong.Kong, parsing *kong.Context) error {
	for _, flag := range app.Model.Flags {
		if flag.Name != configFlag {
			continue
		}
		path, _ := parsing.FlagValue(flag).(string)
		if path == "" {
			return nil
		}
		file, err := readConfigFile(path)
		if err != nil {
			return err
		}
		for name := range c.leftOut.inFile {
			delete(file.values, name)
		}
		if err := file.Validate(app.Model); err != nil {
			return err
		}
		c.file = file
		parsing.AddResolver(file)
	}
	return nil
}
