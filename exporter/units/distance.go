package units

// Distance counts the letters to insert, delete or change to get from a to b.
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	return distance(x, y, max(len(x), len(y)))
}
