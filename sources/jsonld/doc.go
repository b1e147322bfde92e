// Package jsonld reads any page that describes its postings in schema.org's JobPosting as
// JSON-LD, which employers put there for search engines. Pages are given by the config,
// one by one or by a sitemap. docs/sources/jsonld.md describes the shapes.
//
// A page given by itself is a list whose postings stand whole in it; a page named by a
// sitemap is one posting's detail. What sites write differs in every way that the
// vocabulary allows and in some that it does not: each field is read in all the forms that
// readers have met.
package jsonld
