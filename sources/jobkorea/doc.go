// Package jobkorea reads JobKorea's mobile site: lists of 40 rows a page, one list per duty,
// and a page per posting. docs/sources/jobkorea.md describes the shapes.
//
// The operator has gone to court against collectors: the source is off until the config
// accepts its terms. A page says its facts in runs of label and value; the long text stands
// in a frame or in a picture on many postings, so that a posting often has no text. The
// cards of the desktop search are read where an archive holds them.
package jobkorea
