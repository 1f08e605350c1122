package jwt

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// keyFile is the JSON form of a keyring.
type keyFile struct {
	Version   int            `json:"version"`
	Algorithm Algorithm      `json:"algorithm"`
	Keys      []keyFileEntry `json:"keys"`
}

type keyFileEntry struct {
	State     KeyState       `json:"state"`
	CreatedAt time.Time      `json:"created_at"`
	ActiveAt  time.Time      `json:"active_at,omitzero"`
	RetiredAt time.Time      `json:"retired_at,omitzero"`
	ForgetAt  time.Time      `json:"forget_at,omitzero"`
	JWK       jsontext.Value `json:"jwk"`
}

const (
	keyFileVersion = 1
	maxKeyFile     = 1 << 20
)

func isNotExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// readKeyFile reads a ring. An absent file is fs.ErrNotExist.
func readKeyFile(path string, alg Algorithm) ([]ringKey, error) {
	data, err := readPrivateFile(path)
	if err != nil {
		return nil, err
	}
	var file keyFile
	if err := json.Unmarshal(data, &file, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("%w: %s is not a keyring file", ErrKey, path)
	}
	if file.Version != keyFileVersion {
		return nil, fmt.Errorf("%w: %s has version %d; this program reads version %d", ErrKey, path, file.Version, keyFileVersion)
	}
	if file.Algorithm != alg {
		return nil, fmt.Errorf("%w: %s holds keys for %s, not %s", ErrKey, path, file.Algorithm, alg)
	}
	keys := make([]ringKey, 0, len(file.Keys))
	for i, entry := range file.Keys {
		k, err := entry.ringKey(alg)
		if err != nil {
			return nil, fmt.Errorf("%s: key %d: %w", path, i+1, err)
		}
		keys = append(keys, k)
	}
	sortRing(keys)
	return keys, nil
}

func (e keyFileEntry) ringKey(alg Algorithm) (ringKey, error) {
	k, err := ParseJWK(e.JWK)
	if err != nil {
		return ringKey{}, err
	}
	switch {
	case k.alg != alg:
		return ringKey{}, fmt.Errorf("%w: it is for another algorithm than the file", ErrKey)
	case e.State != KeyStandby && e.State != KeyActive && e.State != KeyRetired:
		return ringKey{}, fmt.Errorf("%w: its state is unknown", ErrKey)
	case e.State != KeyRetired && !k.sign:
		return ringKey{}, fmt.Errorf("%w: it is %s and cannot sign", ErrKey, e.State)
	}
	return ringKey{KeyInfo{
		ID: k.id, Algorithm: k.alg, State: e.State,
		CreatedAt: e.CreatedAt.UTC(), ActiveAt: e.ActiveAt.UTC(),
		RetiredAt: e.RetiredAt.UTC(), ForgetAt: e.ForgetAt.UTC(),
	}, k}, nil
}

// readPrivateFile reads a file that only its owner may read.
func readPrivateFile(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s must be a regular file, not a symbolic link or anything else", ErrKey, path)
	}
	f, err := openNoFollow(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// What was opened may be another file than what was looked at.
	if info, err = f.Stat(); err != nil {
		return nil, err
	}
	if err := checkPrivate(path, info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err == nil && len(data) > maxKeyFile {
		err = fmt.Errorf("%w: %s is too long for a keyring file", ErrKey, path)
	}
	return data, err
}

// writeKeyFile replaces the file in one step: after a crash it is the old one
// or the new one.
func writeKeyFile(path string, alg Algorithm, keys []ringKey) error {
	file := keyFile{Version: keyFileVersion, Algorithm: alg}
	for _, k := range keys {
		text, err := k.key.fileJWK()
		if err != nil {
			return err
		}
		file.Keys = append(file.Keys, keyFileEntry{
			State: k.State, CreatedAt: k.CreatedAt, ActiveAt: k.ActiveAt,
			RetiredAt: k.RetiredAt, ForgetAt: k.ForgetAt, JWK: text,
		})
	}
	data, err := json.Marshal(file, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	return replaceFile(path, append(data, '\n'))
}

func replaceFile(path string, data []byte) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err = keepOwner(f, path); err != nil {
		return err
	}
	if _, err = io.Copy(f, bytes.NewReader(data)); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// fileJWK writes all that the key has, private members too.
func (k *Key) fileJWK() (jsontext.Value, error) {
	if k.secret != nil {
		return jsontext.Value(fmt.Sprintf(`{"kty":"oct","k":%q,"use":"sig","alg":%q,"kid":%q}`,
			base64.RawURLEncoding.EncodeToString(k.secret()), k.alg, k.id)), nil
	}
	text := k.publicJWK()
	if !k.sign {
		return text, nil
	}
	members, err := privateMembers(k.signer())
	if err != nil {
		return nil, err
	}
	text = text[:len(text)-1]
	for _, m := range members {
		text = fmt.Appendf(text, `,%q:%q`, m.name, base64.RawURLEncoding.EncodeToString(m.value))
	}
	return append(text, '}'), nil
}

type privateMember struct {
	name  string
	value []byte
}

func privateMembers(signer any) ([]privateMember, error) {
	switch priv := signer.(type) {
	case *rsa.PrivateKey:
		if len(priv.Primes) == 2 {
			return rsaMembers(priv), nil
		}
	case *ecdsa.PrivateKey:
		d, err := priv.Bytes()
		return []privateMember{{"d", d}}, err
	case ed25519.PrivateKey:
		return []privateMember{{"d", priv.Seed()}}, nil
	}
	return nil, fmt.Errorf("%w: a private key of type %T cannot be written to a file", ErrKey, signer)
}

func rsaMembers(priv *rsa.PrivateKey) []privateMember {
	p, q, one := priv.Primes[0], priv.Primes[1], big.NewInt(1)
	mod := func(a, m *big.Int) []byte { return new(big.Int).Mod(a, m).Bytes() }
	return []privateMember{
		{"d", priv.D.Bytes()}, {"p", p.Bytes()}, {"q", q.Bytes()},
		{"dp", mod(priv.D, new(big.Int).Sub(p, one))},
		{"dq", mod(priv.D, new(big.Int).Sub(q, one))},
		{"qi", new(big.Int).ModInverse(q, p).Bytes()},
	}
}
