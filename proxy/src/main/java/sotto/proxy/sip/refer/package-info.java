/** What REFER and Replaces name: values, without the stack. */
@NullMarked
package sotto.proxy.sip.refer;

import org.jspecify.annotations.NullMarked;
