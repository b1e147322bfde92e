// Package readme keeps the documentation honest: it reads the commands out of the code
// blocks of Markdown files, and its test runs them. README.md and README.ko.md list the
// same commands, every make verb and every command and flag of tmi that a page names
// exists, and what the README says to try works on a demo lake.
package readme
