package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// deployed is a file that people copy when they deploy.
func deployed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// databaseURL is a file as --db-file takes it.
func databaseURL(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "database-url")
	if err := os.WriteFile(file, []byte("postgres://latchkey@postgres/latchkey"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// checkSettings runs config check in an empty directory, with more variables.
func checkSettings(t *testing.T, variables ...string) {
	t.Helper()
	check := exec.Command("latchkey", "config", "check", "--json")
	check.Dir = t.TempDir()
	// Variables of the tests themselves are no settings.
	own := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "LATCHKEY_") })
	check.Env = append(own, variables...)
	// A variable that is misspelt is only told of.
	if out, err := check.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != `{"ok":true}` {
		t.Errorf("with %q: %v: %s", variables, err, out)
	}
}

// TestDeployFile: the file for systemd can be used, and so can what it only
// mentions.
func TestDeployFile(t *testing.T) {
	text := deployed(t, "deploy/latchkey.toml")
	all := regexp.MustCompile(`(?m)^# ([a-z-]+ = )`).ReplaceAllString(text, "$1")
	if all == text {
		t.Fatal("no setting is mentioned")
	}
	for _, content := range []string{text, all} {
		file := filepath.Join(t.TempDir(), "latchkey.toml")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		checkSettings(t, "LATCHKEY_CONFIG="+file)
	}
}

// TestDeployCompose: the variables of the container are settings that can be used.
func TestDeployCompose(t *testing.T) {
	var variables []string
	for _, m := range regexp.MustCompile(`(?m)^ +(LATCHKEY_\w+): (.+)$`).FindAllStringSubmatch(deployed(t, "deploy/compose.yaml"), -1) {
		name, value := m[1], m[2]
		switch {
		case strings.HasPrefix(value, "${BASE_URL:?"):
			value = "https://app.example.com"
		case name == "LATCHKEY_DB_FILE":
			value = databaseURL(t)
		}
		variables = append(variables, name+"="+value)
	}
	if len(variables) < 4 {
		t.Fatalf("found only %q", variables)
	}
	checkSettings(t, variables...)
}

// TestDeployUnits: systemd opens the port that the program would, and tells it
// variables that it knows.
func TestDeployUnits(t *testing.T) {
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	service := deployed(t, "deploy/latchkey.service")
	variables := regexp.MustCompile(`LATCHKEY_\w+=\S+`).FindAllString(service, -1)
	if len(variables) == 0 {
		t.Error("the service sets no variable")
	}
	if unknown := unknownVariables(parser.Model, variables); len(unknown) > 0 {
		t.Errorf("%q are no settings", unknown)
	}
	for _, line := range []string{
		"DynamicUser=yes", "StateDirectoryMode=0700", "ExecStart=/usr/local/bin/latchkey serve", "ExecReload=/bin/kill -HUP $MAINPID",
		"Restart=on-failure", "RestartSec=2", "StartLimitIntervalSec=0", // serve ends while there is no database
	} {
		if !strings.Contains(service, "\n"+line+"\n") {
			t.Errorf("the service lacks %s", line)
		}
	}
	if strings.Contains(service, "LATCHKEY_CONFIG=%d") {
		t.Error("the settings are a credential, which systemd reads at the start alone: a reload would find nothing new in them")
	}
	for _, flag := range parser.Model.Leaves(true)[0].Flags {
		if flag.Name == "addr" && !strings.Contains(deployed(t, "deploy/latchkey.socket"), "\nListenStream="+flag.Default+"\n") {
			t.Errorf("the socket does not listen on %s, as serve does", flag.Default)
		}
	}
}

// TestDeployImage: the image is built with the release of Go that go.mod asks
// for, has nothing but the program, and does not run it as root.
func TestDeployImage(t *testing.T) {
	image := deployed(t, "Dockerfile")
	release := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(deployed(t, "go.mod"))
	if release == nil || !strings.Contains(image, "\nFROM golang:"+release[1]+" AS build\n") {
		t.Errorf("go.mod asks for Go %q, and the image is built with another", release)
	}
	_, last, _ := strings.Cut(image, "\nFROM scratch\n")
	if !regexp.MustCompile(`(?m)^USER [1-9]\d*:[1-9]\d*$`).MatchString(last) || strings.Contains(last, "\nRUN ") || strings.Contains(last, "\nFROM ") {
		t.Errorf("the image is not the program alone under a user of its own:\n%s", last)
	}
	for _, m := range regexp.MustCompile(`(?m)^ENV (LATCHKEY_\w+=\S+)$`).FindAllStringSubmatch(last, -1) {
		checkSettings(t, m[1])
	}
}
