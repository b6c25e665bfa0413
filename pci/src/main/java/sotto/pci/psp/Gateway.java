package sotto.pci.psp;

import sotto.pci.card.Card;

/** A payment gateway. Called on virtual threads; thread-safe. Adapters know nothing of one another. */
public interface Gateway extends AutoCloseable {
    /**
     * Sends one payment, once. Never throws for what the network or the gateway does.
     *
     * @param card the caller's; not kept, not closed
     */
    Outcome take(Card card, Charge charge);

    /**
     * Asks what became of a payment that ended {@link Outcome.Unknown}; charges nothing.
     *
     * @return {@link Outcome.Unknown} where the gateway cannot say yet, or has no such query
     */
    Outcome lookUp(Charge charge);

    @Override
    void close();
}
