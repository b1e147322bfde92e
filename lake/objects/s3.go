package objects

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/techmapit/tmi/internal/errs"
)

const (
	// defaultRegion serves S3 servers that have no regions and users who named none.
	defaultRegion = "us-east-1"

	// putMark is the metadata field that holds a put's own random word, see lostAnswer.
	putMark = "tmi-put"

	// A server that is settling another conditional write of the same key answers 409
	// and asks for the put to be sent again.
	settleAttempts = 6
	settleDelay    = 50 * time.Millisecond

	// maxPutBytes is what S3 takes in one put.
	maxPutBytes = 5 << 30
)

// s3Store keeps objects in a bucket below a prefix. Retries with backoff are the SDK's.
type s3Store struct {
	client *s3.Client
	bucket string
	prefix string // "" or "some/prefix/"
}

func openS3(ctx context.Context, bucket, prefix string, encryption Encryption) (*s3Store, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, errs.New(errs.Invalid, "open store s3://%s: read the AWS settings: %w", bucket, err)
	}
	if cfg.Region == "" {
		cfg.Region = defaultRegion
	}
	encryption.Configure(&cfg)
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = o.BaseEndpoint != nil
		// Ranges and some servers' objects carry no checksum; the SDK would log each.
		o.DisableLogOutputChecksumValidationSkipped = true
	})
	if prefix != "" {
		prefix += "/"
	}
	return &s3Store{client: client, bucket: bucket, prefix: prefix}, nil
}

func (s *s3Store) URI() string {
	return strings.TrimSuffix("s3://"+s.bucket+"/"+s.prefix, "/")
}

func (s *s3Store) Put(ctx context.Context, key string, body io.ReadSeeker) (Info, error) {
	return s.put(ctx, key, body, func(*s3.PutObjectInput) {})
}

func (s *s3Store) PutIfAbsent(ctx context.Context, key string, body io.ReadSeeker) (Info, error) {
	return s.putIf(ctx, key, body, func(in *s3.PutObjectInput) { in.IfNoneMatch = aws.String("*") })
}

func (s *s3Store) PutIfMatch(ctx context.Context, key, etag string, body io.ReadSeeker) (Info, error) {
	if etag == "" || etag == "*" {
		return Info{}, errs.New(errs.Conflict, "put object %s/%s: etag %q is no object's", s.URI(), key, etag)
	}
	info, err := s.putIf(ctx, key, body, func(in *s3.PutObjectInput) { in.IfMatch = aws.String(etag) })
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.Conflict, "put object %s/%s: the object is gone, expected etag %s: %w", s.URI(), key, etag, err)
	}
	return info, err
}

// putIf is a conditional put. The SDK sends a put again when its answer got lost; if the
// first one had arrived, the second meets the first's object and is refused. The put
// therefore carries a word of its own, and a refusal is believed only if the object that
// is there carries another.
func (s *s3Store) putIf(ctx context.Context, key string, body io.ReadSeeker, condition func(*s3.PutObjectInput)) (Info, error) {
	mark := rand.Text()
	for attempt := 1; ; attempt++ {
		info, err := s.put(ctx, key, body, func(in *s3.PutObjectInput) {
			condition(in)
			in.Metadata = map[string]string{putMark: mark}
		})
		if err == nil || !errs.Is(err, errs.Conflict) {
			return info, err
		}
		if info, ok := s.lostAnswer(ctx, key, mark); ok {
			return info, nil
		}
		if apiCode(err) != "ConditionalRequestConflict" || attempt == settleAttempts {
			return Info{}, err
		}
		select {
		case <-ctx.Done():
			return Info{}, s.wrap("put", key, ctx.Err())
		case <-time.After(settleDelay << (attempt - 1)):
		}
	}
}

// lostAnswer reports whether the object at key is the one that the put with this mark wrote.
func (s *s3Store) lostAnswer(ctx context.Context, key, mark string) (Info, bool) {
	out, err := s.head(ctx, key)
	if err != nil || out.Metadata[putMark] != mark {
		return Info{}, false
	}
	return Info{Key: key, SizeBytes: aws.ToInt64(out.ContentLength), ETag: aws.ToString(out.ETag)}, true
}

func (s *s3Store) put(ctx context.Context, key string, body io.ReadSeeker, with func(*s3.PutObjectInput)) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	size, err := sizeOf(body)
	if err != nil {
		return Info{}, s.wrap("put", key, err)
	}
	if size > maxPutBytes {
		return Info{}, errs.New(errs.Invalid, "put object %s/%s: %d bytes, expected at most %d", s.URI(), key, size, int64(maxPutBytes))
	}
	in := &s3.PutObjectInput{
		Bucket:        aws.String(s.bucket),
		Key:           aws.String(s.prefix + key),
		Body:          body,
		ContentLength: aws.Int64(size),
	}
	with(in)
	out, err := s.client.PutObject(ctx, in)
	if err != nil {
		return Info{}, s.wrap("put", key, err)
	}
	return Info{Key: key, SizeBytes: size, ETag: aws.ToString(out.ETag)}, nil
}

func (s *s3Store) Get(ctx context.Context, key string) (io.ReadCloser, Info, error) {
	if err := CheckKey(key); err != nil {
		return nil, Info{}, err
	}
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(s.bucket), Key: aws.String(s.prefix + key)})
	if err != nil {
		return nil, Info{}, s.wrap("get", key, err)
	}
	info := Info{Key: key, SizeBytes: aws.ToInt64(out.ContentLength), ModifiedAt: aws.ToTime(out.LastModified).UTC(), ETag: aws.ToString(out.ETag)}
	return &s3Body{s, key, out.Body}, info, nil
}

func (s *s3Store) GetRange(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	if err := checkRange(s.URI(), key, offset, length); err != nil {
		return nil, err
	}
	last := offset + length - 1
	if last < offset {
		last = 1<<63 - 1
	}
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(s.bucket),
		Key:    aws.String(s.prefix + key),
		Range:  aws.String(fmt.Sprintf("bytes=%d-%d", offset, last)),
	})
	if err != nil {
		return nil, s.wrap("get", key, err)
	}
	// A server that ignores ranges answers with the whole object, which must not be taken
	// for the range.
	if got := aws.ToString(out.ContentRange); !strings.HasPrefix(got, fmt.Sprintf("bytes %d-", offset)) {
		_ = out.Body.Close()
		return nil, errs.New(errs.Unavailable, "get object %s/%s: the server answered range %q, expected one from %d", s.URI(), key, got, offset)
	}
	return &s3Body{s, key, out.Body}, nil
}

func (s *s3Store) Stat(ctx context.Context, key string) (Info, error) {
	if err := CheckKey(key); err != nil {
		return Info{}, err
	}
	out, err := s.head(ctx, key)
	if err != nil {
		return Info{}, s.wrap("stat", key, err)
	}
	return Info{Key: key, SizeBytes: aws.ToInt64(out.ContentLength), ModifiedAt: aws.ToTime(out.LastModified).UTC(), ETag: aws.ToString(out.ETag)}, nil
}

func (s *s3Store) head(ctx context.Context, key string) (*s3.HeadObjectOutput, error) {
	return s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(s.bucket), Key: aws.String(s.prefix + key)})
}

func (s *s3Store) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if start := prefix[:strings.LastIndexByte(prefix, '/')+1]; start != "" {
			if err := CheckKey(strings.TrimSuffix(start, "/")); err != nil {
				yield(Info{}, err)
				return
			}
		}
		pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{
			Bucket: aws.String(s.bucket),
			Prefix: aws.String(s.prefix + prefix),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Info{}, s.wrap("list", prefix, err))
				return
			}
			for _, o := range page.Contents {
				key := strings.TrimPrefix(aws.ToString(o.Key), s.prefix)
				// Consoles make empty objects named "folder/"; no key of ours ends so.
				if key == "" || strings.HasSuffix(key, "/") {
					continue
				}
				if !yield(Info{Key: key, SizeBytes: aws.ToInt64(o.Size), ModifiedAt: aws.ToTime(o.LastModified).UTC(), ETag: aws.ToString(o.ETag)}, nil) {
					return
				}
			}
		}
	}
}

func (s *s3Store) Delete(ctx context.Context, key string) error {
	if err := CheckKey(key); err != nil {
		return err
	}
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(s.bucket), Key: aws.String(s.prefix + key)})
	if err != nil && apiCode(err) != "NoSuchKey" {
		return s.wrap("delete", key, err)
	}
	return nil
}

// s3Body gives the errors of a read that breaks half-way their kind.
type s3Body struct {
	store *s3Store
	key   string
	io.ReadCloser
}

func (b *s3Body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.store.wrap("read", b.key, err)
	}
	return n, err
}
