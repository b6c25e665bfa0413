package sotto.proxy.sandbox;

import java.util.Arrays;

/** Card numbers that make the sandbox behave in one way; as numbers, so that no digit of theirs is text. */
enum MagicCard {
    APPROVE(4242424242424242L, "approved"),
    APPROVE_TOO(4111111111111111L, "approved"),
    DECLINE(4000000000000002L, "declined by the issuer"),
    SLOW(4000000000000259L, "charged at once, answered 10 s later"),
    FAIL(4000000000000119L, "HTTP 500, not charged"),
    DROP(4000000000000341L, "charged, then the connection drops without an answer");

    private final long number;
    private final String behaviour;

    MagicCard(long number, String behaviour) {
        this.number = number;
        this.behaviour = behaviour;
    }

    /** What a card does; any valid number that is not listed is approved. */
    static MagicCard of(long number) {
        return Arrays.stream(values())
                .filter(card -> card.number == number)
                .findFirst()
                .orElse(APPROVE);
    }

    /** A line of the front page. */
    String line() {
        return number + "  " + behaviour;
    }
}
