package ui

// KanbanView is a board of lanes with cards that can be put on another lane: by dragging, by the arrow keys on a card in focus, or on the
// card's own page, which works without JavaScript. kanban.js belongs to it.
type KanbanView struct {
	ID     string // of the region that a move replaces
	Action string // POST address of a move: card, lane, seen
	Keep   []Field
	Lanes  []KanbanLane
	Note   *Note // why the last move was refused
}

// KanbanLane is a column.
type KanbanLane struct {
	Key   string
	Title string
	Sub   string // count, sum, win rate
	Cards []KanbanCard
	More  *Link // to the cards that are not shown
}

// KanbanCard is a card. Without Movable it stays where it is.
type KanbanCard struct {
	ID      string
	Seen    string // state that a move is meant for
	Title   string
	URL     string
	What    string
	Amount  string
	Owner   string
	Clock   *Clock
	Chips   []Chip
	Movable bool
}
