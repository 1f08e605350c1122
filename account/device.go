package account

import (
	"context"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// Known devices: how many a user has, and how long one is known after it was
// last used to sign in.
const (
	maxDevices     = 20
	deviceLifetime = 180 * 24 * time.Hour
)

// Device is a device on which a user has signed in.
type Device struct {
	UserID string
	// TokenHash is the SHA-256 of the token in base64url that the device keeps.
	TokenHash string
	// CreatedAt and SeenAt are when the user first and last signed in on it.
	CreatedAt, SeenAt time.Time
	// Client is where that was last.
	Client session.Client
}

// DeviceStore keeps the devices on which users have signed in.
// storetest.Accounts checks every sentence.
type DeviceStore interface {
	// SaveDevice stores d. If the user has the device already only SeenAt and
	// Client change. If they then have more than limit, those with the oldest
	// SeenAt go (then the lowest TokenHash); d itself never does.
	SaveDevice(ctx context.Context, d Device, limit int) error

	// HasDevice says whether the user has the device and its SeenAt is after
	// since.
	HasDevice(ctx context.Context, userID, tokenHash string, since time.Time) (bool, error)

	// ListDevices returns the user's devices, the last seen first.
	ListDevices(ctx context.Context, userID string) ([]Device, error)

	// ForgetDevices removes all devices of the user; none is no error.
	ForgetDevices(ctx context.Context, userID string) error

	// PurgeDevices removes at most limit devices whose SeenAt is not after
	// before, and returns how many went; fewer than limit means there are no
	// more.
	PurgeDevices(ctx context.Context, before time.Time, limit int) (removed int, err error)
}

// RememberDevice notes that the user has just signed in on a device, and returns
// the token that the device is to keep, in a cookie of its own that lasts and
// that no script can read. token is what the device sent, or empty: if it is
// this user's already it is returned again.
//
// From then on Credentials.Device with that token is counted apart from the
// guesses of strangers. A token says nothing about who is at the device and signs
// nobody in. It is not known any more 180 days after its last use, when the user
// has signed in on 20 others since, or after ForgetDevices.
//
// Programs that want no such cookie do not call this.
func (s *Service) RememberDevice(ctx context.Context, userID, token string, client session.Client) (string, error) {
	known, err := s.IsKnownDevice(ctx, userID, token)
	if err != nil {
		return "", err
	}
	if !known {
		token = newToken()
	}
	now := s.config.Now()
	client = session.Client{Address: cleanText(client.Address), UserAgent: cleanText(client.UserAgent)}
	err = s.config.Store.SaveDevice(ctx, Device{
		UserID: userID, TokenHash: tokenHash(token), CreatedAt: now, SeenAt: now, Client: client,
	}, maxDevices)
	if err != nil {
		return "", wrap("remember the device", err)
	}
	return token, nil
}

// IsKnownDevice says whether RememberDevice returned this token for this user.
func (s *Service) IsKnownDevice(ctx context.Context, userID, token string) (bool, error) {
	if token == "" {
		return false, nil
	}
	known, err := s.config.Store.HasDevice(ctx, userID, tokenHash(token), s.config.Now().Add(-deviceLifetime))
	return known, wrap("look up the device", err)
}

// Devices returns the devices on which the user has signed in, the last first.
func (s *Service) Devices(ctx context.Context, userID string) ([]Device, error) {
	all, err := s.config.Store.ListDevices(ctx, userID)
	return all, wrap("list the devices", err)
}

// ForgetDevices makes all devices of the user strangers again.
func (s *Service) ForgetDevices(ctx context.Context, userID string) error {
	return wrap("forget the devices", s.config.Store.ForgetDevices(ctx, userID))
}
