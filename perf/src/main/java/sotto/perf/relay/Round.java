package sotto.perf.relay;

import sotto.perf.run.Samples;

/**
 * What came of a load that was offered for a while.
 *
 * @param calls that talked
 * @param seconds that it lasted
 * @param sent packets that the kernel took
 * @param received packets that came, each the right one
 * @param refused packets that came and were not right
 * @param tooLate packets that came after {@link Traffic#PLAYOUT_MS}
 * @param dropped packets that the generator's own sockets lost
 * @param overdue share of the packets that the generator sent more than 5 ms after they were due
 * @param delays from one socket of the generator to the other, both directions
 */
record Round(
        int calls,
        double seconds,
        long sent,
        long received,
        long refused,
        long tooLate,
        long dropped,
        double overdue,
        Samples delays) {
    private static final double MOST_OVERDUE = 0.01;
    private static final double MOST_TOO_LATE = 0.001;

    /** False where the generator itself was late or lost packets: the round says nothing of the relay. */
    boolean isSound() {
        return overdue <= MOST_OVERDUE && dropped == 0;
    }

    long lost() {
        return sent - received;
    }

    /** Every packet came, and nearly all while a listener still has a use for them. */
    boolean isLossless() {
        return lost() <= 0 && tooLate <= MOST_TOO_LATE * sent;
    }

    double p99Ms() {
        return delays.ms(0.99);
    }

    double packetsASecond() {
        return sent / seconds;
    }
}
