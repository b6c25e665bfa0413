/** SIP over WebSocket (RFC 7118), server side: connections of browser phones for the stack. Knows no peer and no call. */
@NullMarked
package sotto.proxy.sip.ws;

import org.jspecify.annotations.NullMarked;
