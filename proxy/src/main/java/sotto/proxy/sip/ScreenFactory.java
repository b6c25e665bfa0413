package sotto.proxy.sip;

import gov.nist.javax.sip.parser.MessageParser;
import gov.nist.javax.sip.parser.MessageParserFactory;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import sotto.proxy.sip.screen.MessageScreen;

/** Puts {@link MessageScreen} before the stack's parser. Made by the stack, by name. */
public final class ScreenFactory implements MessageParserFactory {
    @Override
    public MessageParser createMessageParser(SIPTransactionStack stack) {
        ScreenedStack ours = (ScreenedStack) stack;
        return new MessageScreen(ours::malformed, connection -> ours.newcomers()
                .proved(connection.getTransport(), connection.getPeerAddress(), connection.getPeerPort()));
    }
}
