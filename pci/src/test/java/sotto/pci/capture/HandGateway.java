package sotto.pci.capture;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import sotto.pci.card.Card;
import sotto.pci.psp.Charge;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.Outcome;

/** A gateway that answers when the test says so. */
final class HandGateway implements Gateway {
    private final BlockingQueue<Supplier<Outcome>> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Supplier<Outcome>> lookUps = new LinkedBlockingQueue<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile int digitsAtAnswer = -1;

    void answer(Supplier<Outcome> answer) {
        answers.add(answer);
    }

    /** To a question; Unknown where there is none. */
    void lookUp(Supplier<Outcome> answer) {
        lookUps.add(answer);
    }

    void awaitAsked() throws InterruptedException {
        asked.await();
    }

    /** Digits of the number that were still there when the answer went out. */
    int digitsAtAnswer() {
        return digitsAtAnswer;
    }

    @Override
    public Outcome take(Card card, Charge charge) {
        asked.countDown();
        try {
            Supplier<Outcome> answer = answers.take();
            digitsAtAnswer = card.number().count();
            return answer.get();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Outcome lookUp(Charge charge) {
        Supplier<Outcome> answer = lookUps.poll();
        return answer == null ? new Outcome.Unknown("not told") : answer.get();
    }

    @Override
    public void close() {
        // nothing held
    }
}
