package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
)

// tokenCommand is "latchkey token".
type tokenCommand struct {
	Inspect tokenInspectCommand `cmd:"" help:"Show what a token says of itself, without looking whether it is true."`
	Verify  tokenVerifyCommand  `cmd:"" help:"Check a token, and say of each check how it went."`
	Mint    tokenMintCommand    `cmd:"" help:"Make an access token for somebody without their password. For emergencies and tests."`
	Client  tokenClientCommand  `cmd:"" help:"Make the secret with which another service asks this one about tokens or revokes them."`
}

// tokenInput is where a token is read from. It is never an argument: those are
// shown to every user of the machine, and kept in a history. One that is given
// all the same is taken by Refused, so that no error repeats it.
type tokenInput struct {
	File    string   `help:"File with the token. Default: standard input." placeholder:"FILE"`
	Refused []string `arg:"" optional:"" hidden:"" name:"token"`
}

// maxTokenText bounds what is read: the longest token, and some room around it.
const maxTokenText = jwt.MaxTokenLength + 1024

// read reads the token. White space around it and the word Bearer before it are
// left out, as they come with what people copy.
func (t tokenInput) read(ctx context.Context, to streams) (string, error) {
	if len(t.Refused) > 0 {
		return "", usageError("a token is as good as a password, and arguments are shown to every user of the machine; " +
			"give it on standard input or with --file")
	}
	text, err := t.text(ctx, to)
	if err != nil {
		return "", err
	}
	text = strings.TrimSpace(text)
	if scheme, token, ok := strings.Cut(text, " "); ok && strings.EqualFold(scheme, "bearer") {
		text = strings.TrimSpace(token)
	}
	if text == "" {
		return "", usageError("there is no token; write it to standard input, or name its file with --file")
	}
	return text, nil
}

func (t tokenInput) text(ctx context.Context, to streams) (string, error) {
	if t.File != "" && t.File != "-" {
		text, err := readBounded(t.File, maxTokenText)
		if err != nil {
			return "", cannotRead("the token", t.File, err)
		}
		return text, nil
	}
	if fd, ok := to.terminal(); ok {
		return askPassword(ctx, to, fd, "Token (it is not shown): ")
	}
	text, err := bounded(to.reader(ctx, "the token"), maxTokenText)
	if err != nil {
		return "", fmt.Errorf("cannot read the token: %w", err)
	}
	return text, nil
}

type tokenInspectCommand struct {
	tokenInput
	format
}

// inspection is what a token says, in JSON.
type inspection struct {
	Verified bool            `json:"verified"` // always false
	Header   json.RawMessage `json:"header"`
	Payload  json.RawMessage `json:"payload"`
}

// Run shows a token.
func (c *tokenInspectCommand) Run(ctx context.Context, to streams) error {
	text, err := c.read(ctx, to)
	if err != nil {
		return err
	}
	token, err := jwt.InsecureParse(text)
	if err != nil {
		return plainToken(err)
	}
	if !json.Valid(token.Payload) {
		return errors.New("it is signed text, and no token: what it holds is not JSON")
	}
	if c.JSON {
		return c.print(to, inspection{false, token.Header, token.Payload}, "")
	}
	warning := "NOT VERIFIED: anybody can write such a token. To check it: latchkey token verify\n" +
		"Whoever has it can use it until it expires: keep it out of chats and tickets.\n"
	if _, err := io.WriteString(to.log, warning); err != nil {
		return err
	}
	text = "Header " + indented(token.Header) + "\nPayload " + indented(token.Payload) + "\n" + tokenTimes(token, time.Now())
	return c.print(to, nil, text)
}

// indented is JSON for people, with nothing in it that could change the
// terminal.
func indented(text []byte) string {
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return "" // both were read as JSON before
	}
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return strings.Join(lines, "\n")
}

// tokenTimes says in words what the times in a token mean.
func tokenTimes(token *jwt.Unverified, now time.Time) string {
	var text strings.Builder
	for _, claim := range []struct{ name, past, future string }{
		{"iat", "Issued", "Issued in the future, as it says:"},
		{"nbf", "Good since", "Not good before"},
		{"exp", "Expired", "Expires"},
	} {
		raw, ok := token.Claim(claim.name)
		var seconds float64
		if !ok || json.Unmarshal(raw, &seconds) != nil || seconds < 0 || seconds > 1<<53 {
			continue
		}
		at := time.Unix(int64(seconds), 0)
		word := claim.past
		if at.After(now) {
			word = claim.future
		}
		fmt.Fprintf(&text, "%s %s, %s\n", word, when(at), distance(at, now))
	}
	return text.String()
}

// distance is "5 min ago" or "in 3 hours".
func distance(at, now time.Time) string {
	if at.After(now) {
		return "in " + age(at.Sub(now))
	}
	return age(now.Sub(at)) + " ago"
}

// plainToken is what is wrong with the form of a token, in words.
func plainToken(err error) error {
	switch {
	case errors.Is(err, jwt.ErrMalformed):
		return errors.New("it is no token: it must be three pieces of base64url with dots between them, and nothing else; was it cut off?")
	case errors.Is(err, jwt.ErrAlgorithm):
		return errors.New("it is no token that anybody here takes: it is not signed, or does not say how")
	}
	return err
}

// readJWKS reads a set of public keys from a file.
func readJWKS(path string) (*jwt.KeySet, error) {
	text, err := readBounded(path, jwt.MaxJWKSLength)
	if err != nil {
		return nil, cannotRead("the keys", path, err)
	}
	set, err := jwt.ParseJWKS([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("%s has no keys to verify with: %w", path, plainKey(err))
	}
	return set, nil
}
