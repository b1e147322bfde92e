package lake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/catalog/glue"
	"github.com/apache/iceberg-go/catalog/rest"
	"github.com/apache/iceberg-go/table"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/schemas"
)

// calledCatalog is a service that keeps the catalog's rows to itself: what they say is
// asked of it, table by table. It holds the tables of one lake.
type calledCatalog interface {
	catalog.Catalog
	RegisterTable(ctx context.Context, id table.Identifier, metadata string) (*table.Table, error)
}

// openREST opens a catalog that speaks Iceberg's REST protocol. A parameter warehouse of the
// address names one of several that a server keeps.
func openREST(ctx context.Context, address, token string, properties iceberg.Properties) (calledCatalog, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errs.New(errs.Invalid, "catalog_uri: %q is no address of a REST catalog, expected https://host/path", address)
	}
	warehouse := u.Query().Get("warehouse")
	u.RawQuery = ""
	options := []rest.Option{rest.WithAdditionalProps(maps.Clone(properties))}
	if warehouse != "" {
		options = append(options, rest.WithWarehouseLocation(warehouse))
	}
	if token != "" {
		options = append(options, rest.WithOAuthToken(token))
	}
	c, err := rest.NewCatalog(ctx, catalogName, u.String(), options...)
	if err == nil {
		return c, nil
	}
	if refused := translateREST(err); errs.Is(refused, errs.Invalid) {
		return nil, refused
	}
	return nil, errs.New(errs.Unavailable, "open the REST catalog at %s: %w", u.Redacted(), err)
}

// openGlue opens the AWS Glue catalog of the account and region that the AWS variables name.
// A layer is a database there.
func openGlue(ctx context.Context, warehouse string, properties iceberg.Properties) (calledCatalog, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(s3Region()))
	if err != nil {
		return nil, errs.New(errs.Invalid, "read the AWS settings: %w", err)
	}
	p := glue.AwsProperties(maps.Clone(properties))
	p["warehouse"] = warehouse
	c, err := glue.NewCatalog(glue.WithAwsConfig(cfg), glue.WithAwsProperties(p))
	if err != nil {
		return nil, errs.New(errs.Invalid, "open the Glue catalog: %w", err)
	}
	return c, nil
}

// translateREST gives the errors of a REST catalog their kinds.
func translateREST(err error) error {
	switch {
	case errors.Is(err, rest.ErrUnauthorized), errors.Is(err, rest.ErrForbidden), errors.Is(err, rest.ErrAuthorizationExpired), errors.Is(err, rest.ErrOAuthError):
		return errs.New(errs.Invalid, "the REST catalog refuses: %w; TMI_CATALOG_TOKEN must hold a token that may do this", err)
	case errors.Is(err, rest.ErrServiceUnavailable), errors.Is(err, rest.ErrServerError), errors.Is(err, rest.ErrCommitStateUnknown):
		return errs.New(errs.Unavailable, "the REST catalog does not answer as it should: %w", err)
	}
	return err
}

// calledTables are the tables of our layers that the service names, with its answer about
// each; at most limit of them, 0 = all.
func (l *Lake) calledTables(ctx context.Context, limit int) (entries []Entry, err error) {
	for _, layer := range []schemas.Layer{schemas.Bronze, schemas.Silver, schemas.Gold, schemas.Ops} {
		for id, err := range l.catalog.called.ListTables(ctx, table.Identifier{string(layer)}) {
			if errors.Is(err, catalog.ErrNoSuchNamespace) || isNoGlueDatabase(err) {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("list the catalog's tables: %w", translate(err))
			}
			t, err := l.catalog.LoadTable(ctx, id)
			if err != nil {
				return nil, fmt.Errorf("load table %s.%s: %w", layer, catalog.TableNameFromIdent(id), translate(err))
			}
			entries = append(entries, Entry{Namespace: string(layer), Table: catalog.TableNameFromIdent(id), Metadata: fileURI(t.MetadataLocation())})
			if len(entries) == limit {
				return entries, nil
			}
		}
	}
	return entries, nil
}

// fileURI writes a local address as we do: servers in Java name a file file:/path.
func fileURI(address string) string {
	if path, ok := strings.CutPrefix(address, "file:/"); ok && !strings.HasPrefix(path, "/") {
		return "file:///" + path
	}
	return address
}

// setCalled is [Lake.SetEntries] by calls, one after the other: interrupted, it is to be
// done again.
func (l *Lake) setCalled(ctx context.Context, entries []Entry) error {
	now, err := l.calledTables(ctx, 0)
	if err != nil {
		return err
	}
	wanted, present := map[string]string{}, map[string]string{}
	for _, e := range entries {
		wanted[e.Namespace+"."+e.Table] = e.Metadata
	}
	for _, e := range now {
		if e.key(l.objects.URI()) == "" {
			return l.isAnothers(e)
		}
		name := e.Namespace + "." + e.Table
		if present[name] = e.Metadata; wanted[name] == e.Metadata {
			continue
		}
		if err := l.catalog.called.DropTable(ctx, table.Identifier{e.Namespace, e.Table}); err != nil {
			return fmt.Errorf("write the catalog: drop %s: %w", name, translate(err))
		}
	}
	for _, e := range entries {
		name := e.Namespace + "." + e.Table
		if present[name] == e.Metadata {
			continue
		}
		if _, err := l.catalog.called.RegisterTable(l.catalog.withAWS(ctx), table.Identifier{e.Namespace, e.Table}, e.Metadata); err != nil {
			return fmt.Errorf("write the catalog: register %s: %w", name, translate(err))
		}
	}
	return nil
}

// isAnothers says that the catalog holds another lake.
func (l *Lake) isAnothers(e Entry) error {
	return errs.New(errs.Conflict, "the catalog names table %s.%s at %s, which is no place of this lake (%s): a REST or Glue catalog holds one lake; set catalog, catalog_uri or lake.uri to what belongs together",
		e.Namespace, e.Table, e.Metadata, l.objects.URI())
}

// isNoGlueDatabase says that Glue has no database of a layer, which listing its tables
// answers with an error of its own.
func isNoGlueDatabase(err error) bool {
	return errors.As(err, new(*types.EntityNotFoundException))
}
