package warc

import (
	"bytes"
	"crypto/md5"  //nolint:gosec // read from old archives, never written
	"crypto/sha1" //nolint:gosec // read from old archives, never written
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
)

// Digest is the SHA-256 of data as WARC fields hold it: "sha256:" and base16 in lower
// case. Archives more often use base32 for SHA-1; readers take both, and base16 makes the
// smaller record once it is compressed.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

var algorithms = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
	"sha-1": sha1.New, "sha-256": sha256.New, "sha-512": sha512.New,
}

// checkDigest says how digest disagrees with all of the candidates, nil if one fits. An
// algorithm it does not know it cannot check, and accepts.
func checkDigest(digest string, candidates ...[]byte) error {
	name, value, ok := strings.Cut(digest, ":")
	if !ok {
		return fmt.Errorf("digest %q names no algorithm", digest)
	}
	algorithm, ok := algorithms[strings.ToLower(name)]
	if !ok {
		return nil
	}
	want, err := decodeDigest(value, algorithm().Size())
	if err != nil {
		return err
	}
	var got []byte
	for i, c := range candidates {
		h := algorithm()
		h.Write(c)
		sum := h.Sum(nil)
		if bytes.Equal(sum, want) {
			return nil
		}
		if i == 0 {
			got = sum
		}
	}
	return fmt.Errorf("digest is %s:%s, expected %s", name, hex.EncodeToString(got), digest)
}

// decodeDigest takes the encodings that archives use: base16, base32 and both alphabets
// of base64, told apart by their length.
func decodeDigest(value string, size int) ([]byte, error) {
	bare := strings.TrimRight(value, "=")
	var sum []byte
	var err error
	switch len(bare) {
	case hex.EncodedLen(size):
		sum, err = hex.DecodeString(bare)
	case base32.StdEncoding.WithPadding(base32.NoPadding).EncodedLen(size):
		sum, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(bare))
	case base64.RawStdEncoding.EncodedLen(size):
		sum, err = base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(bare))
	default:
		return nil, fmt.Errorf("digest %q is %d letters long, which no encoding of %d bytes is", value, len(bare), size)
	}
	if err != nil {
		return nil, fmt.Errorf("digest %q is in no known encoding: %w", value, err)
	}
	return sum, nil
}
