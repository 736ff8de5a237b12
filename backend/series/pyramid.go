package series

// Pyramid is the min/max summary of a long series, level by level.
type Pyramid struct {
	// Count is the number of points that the pyramid stands for.
	Count int
}
