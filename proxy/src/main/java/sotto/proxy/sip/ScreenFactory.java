package sotto.proxy.sip;

import gov.nist.javax.sip.parser.MessageParser;
import gov.nist.javax.sip.parser.MessageParserFactory;
import gov.nist.javax.sip.stack.ConnectionOrientedMessageChannel;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.util.function.Consumer;
import sotto.proxy.sip.screen.MessageScreen;

/** Puts {@link MessageScreen} before the stack's parser. Made by the stack, by name. */
public final class ScreenFactory implements MessageParserFactory {
    @Override
    public MessageParser createMessageParser(SIPTransactionStack stack) {
        ScreenedStack ours = (ScreenedStack) stack;
        Consumer<ConnectionOrientedMessageChannel> onSound = connection -> ours.newcomers()
                .proved(connection.getTransport(), connection.getPeerAddress(), connection.getPeerPort());
        return new MessageScreen(ours::malformed, onSound, ours.guard());
    }
}
