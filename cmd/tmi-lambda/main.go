package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/techmapit/tmi/internal/errs"
)

// version is set by the linker.
var version = "dev"

func main() {
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	h, err := newHandler(context.Background(), os.Environ(), logger)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tmi-lambda:", err)
		os.Exit(errs.ExitCode(err))
	}
	lambda.Start(h.handle)
}
