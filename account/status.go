package account

// Status is how busy a Service is with hashing passwords, for metrics.
type Status struct {
	// Workers is how many passwords are hashed at once at most, and Running how
	// many are at this moment.
	Workers, Running int
	// Queue is how many callers may wait for a worker, and Waiting how many do.
	Queue, Waiting int
	// Refused is how many callers got ErrBusy since the process began.
	Refused int64
}

// Status returns the state of the service. It does no I/O.
func (s *Service) Status() Status {
	w := s.workers
	return Status{
		Workers: cap(w.places), Running: len(w.places),
		// Those who are about to be refused are in the count for a moment.
		Queue: int(w.queue), Waiting: int(min(w.waiting.Load(), w.queue)),
		Refused: w.refused.Load(),
	}
}
