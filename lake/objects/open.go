package objects

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
)

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// Open returns the store at uri: file:///absolute/folder or s3://bucket or
// s3://bucket/prefix. Paths are taken letter by letter, without percent-decoding. It
// touches neither disk nor network beyond looking whether a folder is one, and creates
// nothing before the first put.
//
// S3 takes credentials and region from the AWS SDK's default chain (environment, shared
// files, container or instance role); AWS_ENDPOINT_URL_S3 names another server, which is
// then asked in path style. Without any region us-east-1 is meant.
//
// The error is errs.Invalid for an unknown scheme, a relative path or a file in the
// folder's place.
func Open(ctx context.Context, uri string) (Store, error) {
	return OpenEncrypted(ctx, uri, Encryption{})
}

// OpenEncrypted is [Open] with the encryption that an S3 server is asked for; errs.Invalid
// where that makes no sense.
func OpenEncrypted(ctx context.Context, uri string, encryption Encryption) (Store, error) {
	if err := encryption.Validate(); err != nil {
		return nil, err
	}
	scheme, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return nil, errs.New(errs.Invalid, "open store %q: expected file:///absolute/folder or s3://bucket/prefix", uri)
	}
	switch scheme {
	case "file":
		return openFile(uri, rest)
	case "s3":
		bucket, prefix, _ := strings.Cut(rest, "/")
		prefix = strings.TrimRight(prefix, "/")
		if !bucketName.MatchString(bucket) {
			return nil, errs.New(errs.Invalid, "open store %q: bucket %q is not a bucket's name", uri, bucket)
		}
		if prefix != "" {
			if err := CheckKey(prefix); err != nil || strings.ContainsAny(prefix, "?#") {
				return nil, errs.New(errs.Invalid, "open store %q: prefix %q is not a key", uri, prefix)
			}
		}
		return openS3(ctx, bucket, prefix, encryption)
	}
	return nil, errs.New(errs.Invalid, "open store %q: unknown scheme %q, expected file or s3", uri, scheme)
}

func openFile(uri, path string) (Store, error) {
	if !filepath.IsAbs(path) {
		return nil, errs.New(errs.Invalid, "open store %q: the folder must be absolute, as in file:///data/lake", uri)
	}
	for _, part := range strings.Split(path, "/") {
		if part == ".." {
			return nil, errs.New(errs.Invalid, `open store %q: the folder has a part ".."`, uri)
		}
	}
	root := filepath.Clean(path)
	if root == "/" {
		return nil, errs.New(errs.Invalid, "open store %q: the root of the disk cannot be a store", uri)
	}
	return newFileStore(root)
}
