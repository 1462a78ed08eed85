package start

import "net/http"

// TodayPath is where somebody finds what there is to do; tasksPath is where it was counted before.
const (
	TodayPath = "/today"
	tasksPath = "/tasks"
)

func (h *Handler) waiting(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, TodayPath, http.StatusSeeOther)
	return nil
}
