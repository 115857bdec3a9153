import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.Security;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSDataGroup;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;

/** Judges RFC 4998 evidence records over data groups with BouncyCastle: java ErsVerify.java RECORD MEMBER MEMBER… [-- RECORD MEMBER…]… */
public class ErsVerify {
    public static void main(String[] words) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        List<String> line = new ArrayList<>();
        for (String word : words) {
            if (!word.equals("--")) {
                line.add(word);
                continue;
            }
            said(line);
            line.clear();
        }
        if (!line.isEmpty()) {
            said(line);
        }
    }

    static void said(List<String> line) throws Exception {
        try {
            System.out.println("good: " + line.get(0) + ", unit " + judge(line));
        } catch (org.bouncycastle.tsp.ers.ERSException | org.bouncycastle.tsp.TSPException why) {
            System.out.println("not good: " + line.get(0) + ": " + why.getMessage());
        }
    }

    static String judge(List<String> line) throws Exception {
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        ERSEvidenceRecord record = new ERSEvidenceRecord(new FileInputStream(line.get(0)), digests);
        List<ERSData> members = new ArrayList<>();
        for (String member : line.subList(1, line.size())) {
            members.add(new ERSByteData(Files.readAllBytes(Paths.get(member))));
        }
        for (ERSData member : members) {
            record.validatePresent(member, new Date());
        }
        record.validatePresent(new ERSDataGroup(members.toArray(new ERSData[0])), new Date());
        X509CertificateHolder unit = record.getSigningCertificate();
        record.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(unit));
        return unit.getSubject().toString();
    }
}
