package review

import "xiaoguan/internal/targetplan"

// memberPlaces says where people stand.
func memberPlaces(members []targetplan.Member) (places []place) {
	for _, m := range members {
		places = append(places, place{m.ID, m.TeamID, m.RegionID, m.Name})
	}
	return places
}
