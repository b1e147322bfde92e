// Package report makes the report of each month: it asks the published set what the month
// was, keeps the answer as JSON and as a page to print in two languages, prints it as PDF
// where Chromium is installed, and mails it once where a mail server is set.
//
// A report lies under reports/ in the lake: MONTH.json is what the site shows, MONTH.LANG.html
// and MONTH.LANG.pdf are to keep, MONTH.mailed says that it was sent. Making a report again
// replaces it; a month that is not over gets the days so far. A report names technologies,
// roles, boards and companies and counts them; it holds no word of a posting.
package report
