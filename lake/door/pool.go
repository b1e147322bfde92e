package door

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"time"

	"github.com/techmapit/tmi/internal/errs"
)

// Options of a [Pool]; all but IsBusy must be set.
type Options struct {
	// Command starts a worker: the program and its arguments. It gets an empty environment.
	Command []string
	Workers int // processes, each for one statement at a time
	Limits  Limits
	// Bind says what a worker is to see: of which state of the lake (equal versions see the
	// same), the binding, and what to call when the worker is gone. Scope is the caller's.
	Bind func(ctx context.Context, scope string) (version string, bind func(context.Context) (Binding, func(), error), err error)
	// IsBusy says that the processors are wanted for others: statements then run more slowly.
	// Nil = they never are.
	IsBusy func() bool
	// Wait is how long a statement waits for a free worker.
	Wait   time.Duration
	Logger *slog.Logger
}

const (
	grace         = time.Second           // that a worker has to end a statement by itself
	watchEvery    = 50 * time.Millisecond //
	startTimeout  = 30 * time.Second      //
	besideDuckDB  = 256 << 20             // bytes of a worker that are not DuckDB's: code, the answer, the parsed statement
	maxReplyBytes = 1 << 20               // of the line before the body
)

// Pool keeps workers and asks them. It is safe for concurrent use.
type Pool struct {
	Options
	free chan *process // nil stands for one that is not started
	temp string
}

// Open prepares a pool. Workers start when they are first needed. Close it.
func Open(o Options) (*Pool, error) {
	temp, err := os.MkdirTemp("", "tmi-door-")
	if err != nil {
		return nil, errs.New(errs.Unavailable, "make a folder for temporary files of the SQL door: %w", err)
	}
	p := &Pool{Options: o, free: make(chan *process, o.Workers), temp: temp}
	for range o.Workers {
		p.free <- nil
	}
	return p, nil
}

// Ask runs a statement over the newest state of the lake. An [Error] is the statement's
// fault; errs.Unavailable says that all workers are busy or that none starts. Where the
// context ends first the statement is stopped for good.
func (p *Pool) Ask(ctx context.Context, scope string, q Question) (Answer, error) {
	w, err := p.take(ctx)
	if err != nil {
		return Answer{}, err
	}
	defer func() { p.free <- w }()
	version, bind, err := p.Bind(ctx, scope)
	if err != nil {
		return Answer{}, err
	}
	if sees := scope + " " + version; w == nil || w.sees != sees {
		w.end()
		if w, err = p.start(ctx, sees, bind); err != nil {
			return Answer{}, err
		}
	}
	stop := pace(w.command.Process, p.IsBusy)
	answer, alive, err := w.ask(ctx, q, p.Limits)
	stop()
	answer.Version = version
	if !alive {
		w.end()
		w = nil
	}
	return answer, err
}

func (p *Pool) take(ctx context.Context) (*process, error) {
	timer := time.NewTimer(p.Wait)
	defer timer.Stop()
	select {
	case w := <-p.free:
		return w, nil
	case <-timer.C:
		return nil, errs.New(errs.Unavailable, "all %d workers are busy with other statements", p.Workers)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close ends the workers, waiting for statements that run.
func (p *Pool) Close() error {
	for range p.Workers {
		(<-p.free).end()
	}
	return os.RemoveAll(p.temp)
}

// process is one worker, seen from outside. It belongs to whoever took it from the pool.
type process struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	sees    string // scope and version
	temp    string
	release func()
}

func (p *Pool) start(ctx context.Context, sees string, bind func(context.Context) (Binding, func(), error)) (_ *process, err error) {
	binding, release, err := bind(ctx)
	if err != nil {
		return nil, err
	}
	w := &process{sees: sees, release: release}
	defer func() {
		if err != nil {
			w.end()
		}
	}()
	if w.temp, err = os.MkdirTemp(p.temp, "worker-"); err != nil {
		return nil, errs.New(errs.Unavailable, "start a worker: %w", err)
	}
	binding.TempDir, binding.Limits = w.temp, p.Limits
	// A worker outlives the request that it is started for.
	w.command = exec.CommandContext(context.WithoutCancel(ctx), p.Command[0], p.Command[1:]...)
	w.command.Env = []string{"HOME=" + w.temp, "TMPDIR=" + w.temp, fmt.Sprintf("GOMEMLIMIT=%d", besideDuckDB)}
	w.command.Dir = w.temp
	w.command.Stderr = &firstLines{log: p.Logger}
	isolate(w.command)
	if w.in, err = w.command.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start a worker: %w", err)
	}
	out, err := w.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start a worker: %w", err)
	}
	w.out = bufio.NewReaderSize(out, maxReplyBytes)
	if err := w.command.Start(); err != nil {
		w.command = nil
		return nil, errs.New(errs.Unavailable, "start a worker: %w", err)
	}
	lower(w.command.Process.Pid)
	defer pace(w.command.Process, p.IsBusy)()
	line, err := json.Marshal(binding)
	if err != nil {
		return nil, fmt.Errorf("start a worker: %w", err)
	}
	if _, err := w.in.Write(append(line, '\n')); err != nil {
		return nil, errs.New(errs.Unavailable, "start a worker: %w", err)
	}
	// The first question proves that it is ready.
	limits := p.Limits
	limits.Time = startTimeout
	if _, alive, err := w.ask(context.WithoutCancel(ctx), Question{SQL: "select 1", Format: "csv"}, limits); err != nil || !alive {
		return nil, errs.New(errs.Unavailable, "start a worker: %w", errors.Join(errors.New("it does not answer"), err))
	}
	return w, nil
}

// ask sends a question and waits for the reply, watching. A worker that is not alive
// afterwards was killed or died, and is only to be ended.
func (w *process) ask(ctx context.Context, q Question, limits Limits) (answer Answer, alive bool, err error) {
	line, err := json.Marshal(q)
	if err != nil {
		return Answer{}, true, fmt.Errorf("write a question: %w", err)
	}
	if _, err := w.in.Write(append(line, '\n')); err != nil {
		return Answer{}, false, errs.New(errs.Unavailable, "the worker is gone: %w", err)
	}
	type result struct {
		reply reply
		err   error
	}
	done := make(chan result, 1)
	go func() {
		r, err := w.read()
		done <- result{r, err}
	}()
	deadline := time.NewTimer(limits.Time + grace)
	defer deadline.Stop()
	watch := time.NewTicker(watchEvery)
	defer watch.Stop()
	var killed error
	for {
		select {
		case r := <-done:
			switch {
			case r.err != nil:
				return Answer{}, false, &Error{Invalid, "the engine gave up on this statement"}
			case r.reply.Error != nil:
				return Answer{}, !r.reply.IsSpent, r.reply.Error
			}
			return r.reply.Answer, true, nil
		case <-deadline.C:
			killed = &Error{TooLong, fmt.Sprintf("the statement was stopped after %s", limits.Time)}
		case <-ctx.Done():
			killed = ctx.Err()
		case <-watch.C:
			if held, ok := residentBytes(w.command.Process.Pid); !ok || held < limits.MemoryBytes+besideDuckDB {
				continue
			}
			killed = &Error{TooLarge, fmt.Sprintf("the statement needs more than the %d MiB of memory that it may have", limits.MemoryBytes>>20)}
		}
		_ = w.command.Process.Kill() // the read above ends with it
		r := <-done
		if r.err == nil && r.reply.Error == nil && ctx.Err() == nil {
			return r.reply.Answer, false, nil // it was done when it was killed
		}
		return Answer{}, false, killed
	}
}

func (w *process) read() (reply, error) {
	line, err := w.out.ReadSlice('\n')
	if err != nil {
		return reply{}, err
	}
	var r reply
	if err := json.Unmarshal(line, &r); err != nil {
		return reply{}, err
	}
	r.Body = make([]byte, r.BodyBytes)
	_, err = io.ReadFull(w.out, r.Body)
	return r, err
}

// end kills the worker and cleans up behind it. A nil process is none.
func (w *process) end() {
	if w == nil {
		return
	}
	if w.command != nil {
		_ = w.in.Close()
		_ = w.command.Process.Kill()
		_ = w.command.Wait()
	}
	if w.temp != "" {
		_ = os.RemoveAll(w.temp)
	}
	w.release()
}

// firstLines hands what a worker says on standard error to the log, but no flood of it.
type firstLines struct {
	log   *slog.Logger
	bytes int
}

const maxErrorBytes = 8 << 10

func (f *firstLines) Write(text []byte) (int, error) {
	if f.bytes < maxErrorBytes {
		f.log.Warn("SQL worker", "says", string(text[:min(len(text), maxErrorBytes-f.bytes)]))
	}
	f.bytes += len(text)
	return len(text), nil
}
