package account

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Errors of a Service, for errors.Is. Errors of the store that are not named
// in this package are passed on wrapped: the service could not answer, and the
// caller may try again later. No error holds a password or a hash.
var (
	// ErrInvalidCredentials is the one answer to every failed password check,
	// whatever the cause; events tell the operator which it was.
	ErrInvalidCredentials = errors.New("account: invalid username or password")

	// ErrBusy: too many passwords are being checked at the moment. The error
	// is a *BusyError, which says when to try again. Nothing was counted
	// against the account.
	ErrBusy = errors.New("account: too many password checks at once")

	// ErrThrottled: too many attempts came from the client's address. The
	// error is a *ThrottledError, which says when to try again. It says
	// nothing about any account.
	ErrThrottled = errors.New("account: too many attempts from this address")

	// ErrInvalidReset: a reset token is unknown, used or expired, or the
	// password was changed since.
	ErrInvalidReset = errors.New("account: this reset link was used, has expired or is unknown")

	// ErrNoResetMail: Config.SendReset is not set.
	ErrNoResetMail = errors.New("account: there is no way to send reset links: set Config.SendReset")

	// ErrUserDisabled: this cannot be done for a disabled user. Only operators
	// see it.
	ErrUserDisabled = errors.New("account: the user is disabled")

	// ErrUnsupportedHash: a password hash is of an unknown format, malformed,
	// or has parameters above the caps of ParseHash.
	ErrUnsupportedHash = errors.New("account: unsupported password hash")
)

// BusyError is an ErrBusy.
type BusyError struct {
	// RetryAfter is how long to wait before trying again. It varies, so that
	// clients that were refused together do not come back together.
	RetryAfter time.Duration
}

// Error implements error.
func (e *BusyError) Error() string {
	return fmt.Sprintf("%v: try again in %v", ErrBusy, e.RetryAfter)
}

// Is makes errors.Is(err, ErrBusy) true.
func (e *BusyError) Is(target error) bool { return target == ErrBusy }

// ThrottledError is an ErrThrottled.
type ThrottledError struct {
	// RetryAfter is how long it takes until the address may try once more.
	RetryAfter time.Duration
}

// Error implements error.
func (e *ThrottledError) Error() string {
	return fmt.Sprintf("%v: try again in %v", ErrThrottled, e.RetryAfter)
}

// Is makes errors.Is(err, ErrThrottled) true.
func (e *ThrottledError) Is(target error) bool { return target == ErrThrottled }

// ValidationError says which parts of the input were refused and why. Get at
// it with errors.As.
type ValidationError struct {
	// Fields has at most one entry for each field, in the order of the input.
	Fields []FieldError
}

// FieldError is one refused field.
type FieldError struct {
	// Field is "username", "name", "password", "new_password" or "scopes".
	Field string
	// Message tells the person in plain words what is wrong and what to do.
	Message string
}

// Error implements error. It never repeats the input.
func (e *ValidationError) Error() string {
	var b strings.Builder
	b.WriteString("account: invalid input")
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s: %s", f.Field, f.Message)
	}
	return b.String()
}

// add appends a field unless message is empty.
func (e *ValidationError) add(field, message string) {
	if message != "" {
		e.Fields = append(e.Fields, FieldError{Field: field, Message: message})
	}
}

// orNil is e as an error if any field was refused, else nil.
func (e *ValidationError) orNil() error {
	if len(e.Fields) == 0 {
		return nil
	}
	return e
}
