package objects

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/techmapit/tmi/internal/errs"
)

// Encryption is what an S3 server is asked to do with every object that is written. The
// zero value asks for nothing: the bucket's own default holds. Files know none.
type Encryption struct {
	Kind  string // "" or none, AES256, aws:kms
	KeyID string // of KMS: an id, alias or ARN; empty = the account's own key
}

// IsOn says whether anything is asked for.
func (e Encryption) IsOn() bool { return e.Kind != "" && e.Kind != "none" }

// Validate is errs.Invalid for a kind that there is not, or a key without aws:kms.
func (e Encryption) Validate() error {
	switch e.Kind {
	case "", "none", string(types.ServerSideEncryptionAes256):
		if e.KeyID != "" {
			return errs.New(errs.Invalid, "s3_encryption_key: is set, and s3_encryption is %q; a key goes with aws:kms alone", e.Kind)
		}
		return nil
	case string(types.ServerSideEncryptionAwsKms):
		return nil
	}
	return errs.New(errs.Invalid, "s3_encryption: %q is no kind of encryption, expected none, AES256 or aws:kms", e.Kind)
}

// Configure makes every S3 client of a config ask for the encryption with each write,
// whichever library makes the client.
func (e Encryption) Configure(cfg *aws.Config) {
	if !e.IsOn() {
		return
	}
	ask := middleware.InitializeMiddlewareFunc("tmi-encryption", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		kind, key := types.ServerSideEncryption(e.Kind), (*string)(nil)
		if e.KeyID != "" {
			key = aws.String(e.KeyID)
		}
		switch p := in.Parameters.(type) {
		case *s3.PutObjectInput:
			p.ServerSideEncryption, p.SSEKMSKeyId = kind, key
		case *s3.CreateMultipartUploadInput:
			p.ServerSideEncryption, p.SSEKMSKeyId = kind, key
		case *s3.CopyObjectInput:
			p.ServerSideEncryption, p.SSEKMSKeyId = kind, key
		}
		return next.HandleInitialize(ctx, in)
	})
	cfg.APIOptions = append(cfg.APIOptions[:len(cfg.APIOptions):len(cfg.APIOptions)], func(stack *middleware.Stack) error {
		return stack.Initialize.Add(ask, middleware.Before)
	})
}
