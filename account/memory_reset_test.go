package account

import (
	"context"
	"maps"
	"time"
)

func (m *memory) dropResets(userID string) {
	maps.DeleteFunc(m.resets, func(_ string, r Reset) bool { return r.UserID == userID })
}

func (m *memory) CreateReset(ctx context.Context, r Reset) error {
	unlock, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	m.resets[r.TokenHash] = r
	return nil
}

func (m *memory) ResetByHash(ctx context.Context, hash string) (*Reset, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	r, ok := m.resets[hash]
	if !ok {
		return nil, ErrInvalidReset
	}
	return &r, nil
}

// removeIf is what the purges have in common; they have room for all.
func removeIf[T any](ctx context.Context, m *memory, rows map[string]T, old func(T) bool) (int, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	before := len(rows)
	maps.DeleteFunc(rows, func(_ string, row T) bool { return old(row) })
	return before - len(rows), nil
}

func (m *memory) PurgeResets(ctx context.Context, now time.Time, _ int) (int, error) {
	return removeIf(ctx, m, m.resets, func(r Reset) bool { return !r.ExpiresAt.After(now) })
}

func (m *memory) PurgeDevices(ctx context.Context, before time.Time, _ int) (int, error) {
	return removeIf(ctx, m, m.devices, func(d Device) bool { return !d.SeenAt.After(before) })
}

func (m *memory) ForgetDevices(ctx context.Context, userID string) error {
	_, err := removeIf(ctx, m, m.devices, func(d Device) bool { return d.UserID == userID })
	return err
}

func (m *memory) SaveDevice(ctx context.Context, d Device, _ int) error {
	unlock, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	key := d.UserID + " " + d.TokenHash
	if old, ok := m.devices[key]; ok {
		d.CreatedAt = old.CreatedAt
	}
	m.devices[key] = d
	return nil
}

func (m *memory) HasDevice(ctx context.Context, userID, hash string, since time.Time) (bool, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	d, ok := m.devices[userID+" "+hash]
	return ok && d.SeenAt.After(since), nil
}

func (m *memory) ListDevices(ctx context.Context, userID string) ([]Device, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	var all []Device
	for _, d := range m.devices {
		if d.UserID == userID {
			all = append(all, d)
		}
	}
	return all, nil
}
