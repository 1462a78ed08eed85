package ingest

// RejectedPrefix marks the columns that WriteRejected adds; reading passes over columns whose header begins with it.
const RejectedPrefix = "#"
