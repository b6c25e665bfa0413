package sotto.perf.report;

/** What a chart is drawn on; pixels, from the upper left corner. */
interface Canvas {
    /** Where a text stands in relation to its point. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /**
     * Draws a line.
     *
     * @param color of CSS, as in "#1f6feb"
     */
    void line(double x1, double y1, double x2, double y2, String color);

    /** Fills one. */
    void rectangle(double x, double y, double width, double height, String color);

    void dot(double x, double y, String color);

    void text(double x, double y, String text, Anchor anchor);
}
